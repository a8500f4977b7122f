// SPDX-License-Identifier: MIT
#include "fuzz/fuzz.hpp"
#include "media/sound_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    const auto bytes = fuzz::bytes_of(data, size);
    fuzz::accepts([&] {
        probe_sound(bytes);
        decode_sound<std::int16_t>(bytes);
        decode_sound<float>(bytes);
    });
    return 0;
}
