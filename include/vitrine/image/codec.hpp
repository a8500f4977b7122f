// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
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

/// What the header of a picture tells.
struct PictureInfo {
    std::string_view format;         ///< "png", "jpeg", "gif", "bmp", "webp", "tiff", "pnm"
    std::uint32_t width = 0;         ///< in pixels as stored: EXIF orientation is not applied
    std::uint32_t height = 0;        ///< likewise, in pixels
    PixelMode mode = PixelMode::RGB; ///< the mode that decode_picture returns
};

/// The largest width or height, in pixels, that is read or written (W&B's Image.MAX_DIMENSION).
inline constexpr std::uint32_t kMaxPictureDimension = 65500;
/// At most this many bytes of decoded pixels; a header that claims more is refused before
/// allocation.
inline constexpr std::uint64_t kMaxPictureBytes = std::uint64_t{1} << 31;

/// Reads the header and walks the picture's chunks, markers or blocks to the end, to detect a
/// truncated file. Decodes no pixel. The size of a GIF is that of its logical screen; the size of
/// an animation is that of its first frame. Safe to call from many threads, as are all functions
/// here.
///
/// Throws: InvalidFormat that says what is wrong (no known picture, truncated, a dimension of 0 or
/// over kMaxPictureDimension, over kMaxPictureBytes); Unsupported for a format that this build
/// lacks, by name.
VITRINE_EXPORT PictureInfo probe_picture(std::span<const std::byte> data);

/// Decodes the picture; of an animation, the first frame. Palettes become RGB or RGBA, 1-, 2- and
/// 4-bit grey become L, CMYK becomes RGB, 16-bit grey stays I16, other 16-bit channels become 8
/// bits. Throws: as probe_picture, and InvalidFormat for damaged pixel data.
VITRINE_EXPORT Pixels decode_picture(std::span<const std::byte> data);

/// The formats that this build decodes, by their names in PictureInfo::format.
VITRINE_EXPORT std::vector<std::string_view> picture_formats();

/// Encodes pixels as PNG (RFC 2083): 8 bits a channel (I16: 16), no palette, no interlace, no
/// metadata. The pixels come back exactly; the bytes are the same for the same build and pixels.
/// Throws: InvalidArgument for a picture without pixels, over kMaxPictureDimension or
/// kMaxPictureBytes, or with another number of bytes than its size needs; Unsupported if zlib
/// refuses to compress.
VITRINE_EXPORT std::string encode_png(const Pixels& pixels);

} // namespace vitrine
