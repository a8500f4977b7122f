// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace vitrine {

/// Red, green, blue.
using Rgb = std::array<std::uint8_t, 3>;

/// A picture of at most 256 colours.
struct IndexedPixels {
    std::vector<Rgb> palette;                ///< sorted where the colours are exact
    std::optional<std::uint8_t> transparent; ///< the palette index of transparent pixels
    std::vector<std::uint8_t> indices;       ///< a byte a pixel
};

/// Reduces a picture of mode L, LA, RGB or RGBA to at most 256 colours. A picture with so few
/// colours keeps them exactly. Otherwise a median cut chooses them: colours are grouped by the 5
/// high bits of each channel, and the box of colours that differ most over all pixels is cut at
/// its mean, until there are enough boxes. Pixels with an alpha below 128 become transparent. The
/// result depends on the picture alone.
IndexedPixels quantise(const Pixels& pixels);

} // namespace vitrine
