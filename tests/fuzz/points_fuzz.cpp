// SPDX-License-Identifier: MIT
#include "fuzz/fuzz.hpp"
#include "media/points_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    const std::string_view text = fuzz::text_of(data, size);
    for (const char* name : {"boxes", "vectors"}) {
        fuzz::accepts([&] { read_scene_list(text, name); });
    }
    fuzz::accepts([&] {
        const PointCloud cloud = read_points(text);
        if (cloud.columns != 0) {
            const std::string rendered = points_text(cloud.view());
            fuzz::require(points_text(read_points(rendered).view()) == rendered,
                          "points that were written are read as the same");
        }
    });
    fuzz::accepts([&] { scene_text(parse_json(text)); });
    return 0;
}
