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
    std::optional<std::uint8_t> transparent; ///< the index, one of the palette's, of clear pixels
    std::vector<std::uint8_t> indices;       ///< a byte a pixel
};

/// Brings a picture of mode L, LA, RGB or RGBA down to 256 colours. One that has no more keeps
/// them exactly; else a median cut of its colours, of which each counts by its 5 high bits a
/// channel, chooses them: of all boxes of colours the one is cut, at its mean, in which colours
/// differ most, counted by pixels. Pixels of an alpha below 128 are clear. The same picture
/// always gives the same.
IndexedPixels quantise(const Pixels& pixels);

} // namespace vitrine
