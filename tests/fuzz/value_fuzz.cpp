// SPDX-License-Identifier: MIT
#include <vitrine/value/value.hpp>

#include "fuzz/fuzz.hpp"
#include "fuzz/values.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    fuzz::accepts([&] {
        const Json json = parse_json(fuzz::text_of(data, size));
        auto value = Value::init_from_json(json, fuzz::sample_artifact());
        if (!value) {
            value = restore_opaque(json, fuzz::sample_artifact(), "");
        }
        test::MemoryArtifact artifact;
        render_json(value->to_json(artifact));
        value->equals(*value);
    });
    return 0;
}
