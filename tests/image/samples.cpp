// SPDX-License-Identifier: MIT
#include "image/samples.hpp"

#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "support/paths.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace vitrine::test {

namespace {

PixelMode mode_named(const std::string& name) {
    for (const PixelMode mode :
         {PixelMode::L, PixelMode::LA, PixelMode::RGB, PixelMode::RGBA, PixelMode::I16}) {
        if (to_string(mode) == name) {
            return mode;
        }
    }
    throw std::runtime_error("unknown mode in pictures.txt: " + name);
}

} // namespace

std::string Sample::format() const {
    const std::string text = extension();
    return text == "jpg" ? "jpeg" : text == "tif" ? "tiff" : text;
}

bool Sample::is_readable() const {
    const auto formats = picture_formats();
    return std::find(formats.begin(), formats.end(), format()) != formats.end();
}

std::vector<Sample> all_samples() {
    const auto folder = test_data_dir() / "pictures";
    std::istringstream listing(read_file(folder / "pictures.txt"));
    std::vector<Sample> samples;
    Sample sample;
    std::string mode;
    while (listing >> sample.name >> sample.pixels.width >> sample.pixels.height >> mode >>
           sample.tolerance) {
        sample.pixels.mode = mode_named(mode);
        sample.file = read_file(folder / sample.name);
        const std::string raw = read_file(folder / (sample.name + ".raw"));
        sample.pixels.bytes.assign(raw.begin(), raw.end());
        samples.push_back(sample);
    }
    return samples;
}

} // namespace vitrine::test
