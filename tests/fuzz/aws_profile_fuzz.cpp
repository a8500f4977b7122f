// SPDX-License-Identifier: MIT
#include "fuzz/fuzz.hpp"
#include "reference/aws_profile.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    for (const auto& [section, settings] : parse_aws_file(fuzz::text_of(data, size))) {
        for (const auto& [key, value] : settings) {
            const std::string line = key + value + section;
            fuzz::require(line.find('\n') == std::string::npos, "a setting is one line");
        }
    }
    return 0;
}
