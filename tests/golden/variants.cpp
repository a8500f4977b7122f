// SPDX-License-Identifier: MIT
// The case `pixels`: arrays of every type and shape, and the pixels that the SDK makes from them.
#include <vitrine/image/array_view.hpp>

#include "golden/npy.hpp"
#include "golden/world.hpp"

namespace vitrine::golden {

namespace {

/// Arrays of more than two dimensions are squeezed first.
ArrayView squeezed(const ArrayView& view) {
    return view.shape().size() > 2 ? view.squeezed() : view;
}

Json value_step(const Json& variant) {
    const auto npy = std::filesystem::path(variant.at("npy").get<std::string>()).filename();
    Json step{{"do", "value"},
              {"id", variant.at("name")},
              {"class", "Image"},
              {"args", Json::array({Json{{"$npy", npy.native()}}})}};
    if (variant.contains("mode_argument")) {
        step["kwargs"] = Json{{"mode", variant.at("mode_argument")}};
    }
    if (variant.contains("image_error")) {
        step["error"] = variant.at("image_error");
    } else {
        step["media"] = variant.at("media");
        step["image"] = variant.at("image");
    }
    return step;
}

Json add_step(const Json& variant) {
    return Json{{"do", "add"},
                {"artifact", "a"},
                {"value", variant.at("name")},
                {"name", variant.at("name")},
                {"entry", variant.at("entry")},
                {"to_json", variant.at("to_json")}};
}

/// {"do": "pixels", `key`: what the SDK returned}, or with its error.
Json pixels_step(const Json& variant, const char* key, const std::string& result) {
    const auto npy = std::filesystem::path(variant.at("npy").get<std::string>()).filename();
    const std::string error = result + "_error";
    Json step{{"do", "pixels"}, {"npy", npy.native()}, {key, variant.value(result, Json(nullptr))}};
    if (variant.contains(error)) {
        step["error"] = variant.at(error);
    }
    return step;
}

} // namespace

void step_pixels(World& world, const Json& step) {
    const Array array(world.golden.input / step.at("npy").get<std::string>());
    const ArrayView view = squeezed(array.view());
    if (step.contains("mode")) {
        std::string mode;
        if (succeeds(step, [&] { mode = to_string(guess_mode(view)); })) {
            CHECK(mode == step.at("mode").get<std::string>());
        }
        return;
    }
    std::vector<std::uint8_t> bytes;
    if (succeeds(step, [&] { bytes = to_uint8(view); })) {
        const auto file = step.at("u8").at("file").get<std::string>();
        CHECK(std::string(bytes.begin(), bytes.end()) == read_file(world.golden.data / file));
        world.report.bytes_compared += bytes.size();
    }
}

void run_variants(World& world, const std::function<void(const std::string&, const Json&)>& step) {
    for (const Json& variant : world.golden.json.at("variants")) {
        const auto name = variant.at("name").get<std::string>();
        step(name + "/guess_mode", pixels_step(variant, "mode", "guess_mode"));
        step(name + "/to_uint8", pixels_step(variant, "u8", "u8"));
        step(name + "/value", value_step(variant));
        if (variant.contains("entry")) {
            step(name + "/add", add_step(variant));
        }
    }
}

} // namespace vitrine::golden
