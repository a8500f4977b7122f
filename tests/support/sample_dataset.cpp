// SPDX-License-Identifier: MIT
#include "support/sample_dataset.hpp"

#include <vitrine/image/codec.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string>

namespace fs = std::filesystem;

namespace vitrine::test {

Pixels make_picture(std::uint32_t seed, std::uint32_t width, std::uint32_t height) {
    Pixels pixels{width, height, PixelMode::RGB, {}};
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            for (const std::uint32_t value : {x * 5 + seed, y * 7 + seed * 3, x * y + seed * 11}) {
                pixels.bytes.push_back(static_cast<std::uint8_t>(value));
            }
        }
    }
    return pixels;
}

Pixels make_mask(std::uint32_t seed, std::uint32_t classes, std::uint32_t width,
                 std::uint32_t height) {
    Pixels pixels{width, height, PixelMode::L, {}};
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            pixels.bytes.push_back(static_cast<std::uint8_t>((x / 8 + y / 8 + seed) % classes));
        }
    }
    return pixels;
}

void write_picture(const fs::path& path, const Pixels& pixels) {
    write_text(path, encode_png(pixels));
}

namespace {

std::string object_xml(std::uint32_t seed) {
    constexpr std::array<const char*, 3> names = {"RBC", "WBC", "Platelets"};
    const auto tag = [](const char* name, const std::string& text) {
        return "<" + std::string(name) + ">" + text + "</" + name + ">";
    };
    const std::uint32_t x = seed % 20;
    const std::uint32_t y = seed % 11;
    return "  <object>" + tag("name", names[seed % 3]) + tag("difficult", "0") + "<bndbox>" +
           tag("xmin", std::to_string(x)) + tag("ymin", std::to_string(y)) +
           tag("xmax", std::to_string(x + 9)) + tag("ymax", std::to_string(y + 7)) +
           "</bndbox></object>\n";
}

std::string three_digits(std::uint32_t number) {
    std::string text = std::to_string(number);
    return std::string(3 - std::min<std::size_t>(3, text.size()), '0') + text;
}

} // namespace

void write_voc_folder(const fs::path& folder, std::uint32_t count) {
    for (std::uint32_t index = 0; index < count; ++index) {
        const std::string stem = "cell_" + three_digits(index);
        write_picture(folder / "JPEGImages" / (stem + ".png"), make_picture(index));
        std::string xml = "<annotation>\n";
        for (std::uint32_t object = 0; object <= index % 3; ++object) {
            xml += object_xml(index * 5 + object);
        }
        write_text(folder / "Annotations" / (stem + ".xml"), xml + "</annotation>\n");
    }
}

} // namespace vitrine::test
