// SPDX-License-Identifier: MIT
#include "formats/voc_annotation.hpp"
#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    fuzz::accepts([&] {
        for (const VocObject& object : parse_voc_annotation(fuzz::text_of(data, size)).objects) {
            fuzz::require(object.min_x.is_number() && object.max_x.is_number() &&
                              object.min_y.is_number() && object.max_y.is_number(),
                          "corners are numbers");
            render_json(object.extra);
            render_json(object.name);
        }
    });
    return 0;
}
