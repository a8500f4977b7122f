// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/codec.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace vitrine::test {

/// Pixels without equal neighbours; different for each `seed`.
inline Pixels sample_pixels(std::uint32_t width, std::uint32_t height,
                            PixelMode mode = PixelMode::RGB, unsigned seed = 0) {
    Pixels pixels;
    pixels.width = width;
    pixels.height = height;
    pixels.mode = mode;
    const std::size_t sample_bytes = mode == PixelMode::I16 ? 2 : 1;
    pixels.bytes.resize(std::size_t{width} * height * static_cast<unsigned>(channels_of(mode)) *
                        sample_bytes);
    for (std::size_t i = 0; i < pixels.bytes.size(); ++i) {
        pixels.bytes[i] = static_cast<std::uint8_t>(i * 37 + seed * 11);
    }
    return pixels;
}

inline void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// A PNG file of sample_pixels.
inline std::filesystem::path write_png(const std::filesystem::path& path, std::uint32_t width,
                                       std::uint32_t height, unsigned seed = 0) {
    write_bytes(path, encode_png(sample_pixels(width, height, PixelMode::RGB, seed)));
    return path;
}

} // namespace vitrine::test
