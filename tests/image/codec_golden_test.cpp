// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/paths.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>

using namespace vitrine;

namespace {

/// The modes that each mode of Pillow may be decoded to.
const std::map<std::string, std::set<std::string>> kModesByPillowMode = {
    {"1", {"L"}},     {"L", {"L"}},       {"LA", {"LA"}},    {"P", {"RGB", "RGBA"}},
    {"RGB", {"RGB"}}, {"RGBA", {"RGBA"}}, {"CMYK", {"RGB"}}, {"I", {"I;16"}},
};

bool is_text(const nlohmann::json& value) {
    return value.is_string();
}

/// Calls `use(file name, step)` for each step of a case that makes an Image from a file.
template <class Use>
int for_each_picture(const std::filesystem::path& folder, const Use& use) {
    const auto document = nlohmann::json::parse(read_file(folder / "case.json"));
    int count = 0;
    for (const auto& step : document["steps"]) {
        if (step["do"] != "value" || step["class"] != "Image" || step["args"].empty()) {
            continue;
        }
        const auto& argument = step["args"][0];
        const bool is_pillow = argument.is_object() && argument.contains("$pil");
        if (is_text(argument) || is_pillow) {
            use((is_pillow ? argument["$pil"] : argument).template get<std::string>(), step);
            ++count;
        }
    }
    return count;
}

} // namespace

TEST_CASE("every picture that W&B accepted is accepted, with its size and mode") {
    const auto golden = test::golden_dir();
    if (!golden) {
        test::skip("no golden data");
        return;
    }
    const auto formats = picture_formats();
    const bool has_tiff = std::find(formats.begin(), formats.end(), "tiff") != formats.end();
    int taken = 0;
    for (const char* name : {"image_from_path", "image_from_pil"}) {
        const auto folder = *golden / name;
        taken += for_each_picture(folder, [&](const std::string& file, const nlohmann::json& step) {
            CAPTURE(file);
            const std::string data = read_file(folder / "input" / file);
            if (std::filesystem::path(file).extension() == ".tif" && !has_tiff) {
                test::check_throws([&] { probe_picture(as_bytes(data)); }, ErrorCode::Unsupported,
                                   "this build cannot read tiff pictures");
                return;
            }
            const PictureInfo info = probe_picture(as_bytes(data));
            const Pixels pixels = decode_picture(as_bytes(data));
            CHECK(pixels.mode == info.mode);
            if (step.contains("error")) { // Pillow writes no PNG of CMYK
                return;
            }
            const auto& image = step["image"];
            CHECK(info.width == image["width"].get<std::uint32_t>());
            CHECK(info.height == image["height"].get<std::uint32_t>());
            CHECK(kModesByPillowMode.at(image["pil_mode"].get<std::string>())
                      .contains(std::string(to_string(info.mode))));
        });
    }
    CHECK(taken > 50);
}

TEST_CASE("every picture that W&B refused is refused") {
    const auto golden = test::golden_dir();
    if (!golden) {
        test::skip("no golden data");
        return;
    }
    const auto folder = *golden / "image_errors";
    int refused = 0;
    for_each_picture(folder, [&](const std::string& file, const nlohmann::json& step) {
        const auto path = folder / "input" / file;
        if (!std::filesystem::is_regular_file(path)) {
            return; // missing files and folders are not the codecs' business
        }
        CAPTURE(file);
        const std::string data = read_file(path);
        if (step.contains("error")) {
            test::check_throws([&] { probe_picture(as_bytes(data)); }, ErrorCode::InvalidFormat,
                               "");
            ++refused;
        } else { // a wrong CRC of intact picture data
            CHECK(probe_picture(as_bytes(data)).width == 20);
            CHECK(decode_picture(as_bytes(data)).bytes.size() == 20 * 20 * 3);
        }
    });
    CHECK(refused == 4);
}
