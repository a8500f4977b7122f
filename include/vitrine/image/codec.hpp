// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// What the first bytes of a picture say.
struct PictureInfo {
    std::string_view format; ///< "png", "jpeg", "gif", "bmp", "webp", "tiff", "pnm"
    std::uint32_t width = 0; ///< as stored: EXIF orientation is not applied
    std::uint32_t height = 0;
    PixelMode mode = PixelMode::RGB; ///< what decode gives
};

/// The largest width or height that is read or written (W&B's Image.MAX_DIMENSION).
inline constexpr std::uint32_t kMaxPictureDimension = 65500;
/// The most bytes of decoded pixels; a header that claims more is refused before allocation.
inline constexpr std::uint64_t kMaxPictureBytes = std::uint64_t{1} << 31;

/// Reads the header and walks the picture's chunks, markers or blocks to the end, so that a
/// truncated file is found; decodes no pixel. A GIF counts by its logical screen, an animation by
/// its first frame.
///
/// Throws: InvalidFormat that says what is wrong (no known picture, truncated, a dimension of 0 or
/// over kMaxPictureDimension, over kMaxPictureBytes); Unsupported for a format that this build
/// lacks, by name.
PictureInfo probe_picture(std::span<const std::byte> data);

/// Decodes the (first) picture. Palettes become RGB or RGBA, 1-, 2- and 4-bit grey become L, CMYK
/// becomes RGB, 16-bit grey stays I16, other 16-bit channels become 8 bits.
/// Throws: as probe_picture, and InvalidFormat for damaged pixel data.
Pixels decode_picture(std::span<const std::byte> data);

/// The formats that this build decodes, by PictureInfo::format.
std::vector<std::string_view> picture_formats();

/// A PNG (RFC 2083) of the pixels: 8 bits a channel (I16: 16), no palette, no interlace, no
/// metadata. The pixels come back exactly; the bytes are the same for the same build and pixels.
/// Throws: InvalidArgument for a picture without pixels or over kMaxPictureDimension.
std::string encode_png(const Pixels& pixels);

} // namespace vitrine
