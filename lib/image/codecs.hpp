// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>
#include <vitrine/image/codec.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vitrine {

/// One file format of pictures, as probe_picture and decode_picture see it.
struct Codec {
    std::string_view name;
    /// False where this build lacks the library; then `probe` and `decode` are null.
    bool available;
    /// Whether the first bytes are this format's.
    bool (*matches)(std::span<const std::byte> data);
    /// As probe_picture.
    PictureInfo (*probe)(std::span<const std::byte> data);
    /// As decode_picture; `info` is what `probe` said of the same data.
    Pixels (*decode)(std::span<const std::byte> data, const PictureInfo& info);
};

/// The first bytes of every PNG file.
inline constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1a\n";

extern const Codec kPngCodec;
extern const Codec kJpegCodec;
extern const Codec kGifCodec;
extern const Codec kBmpCodec;
extern const Codec kWebpCodec;
extern const Codec kTiffCodec;
extern const Codec kPnmCodec;

/// All formats, in the order in which they are tried.
std::span<const Codec* const> codecs();

/// Throws InvalidFormat "damaged <format>: <what>".
[[noreturn]] void fail_damaged(std::string_view format, std::string_view what);
/// Throws Unsupported "<format> with <what> is not supported".
[[noreturn]] void fail_unsupported(std::string_view format, std::string_view what);

/// The description of a picture whose size lies within the limits; throws InvalidFormat with the
/// numbers otherwise.
PictureInfo checked_info(std::string_view format, std::uint64_t width, std::uint64_t height,
                         PixelMode mode);
/// Throws InvalidFormat where `compressed` bytes cannot give `expanded` bytes even if each gave
/// `most`: a header that lies, found before anything is allocated.
void check_expansion(const PictureInfo& info, std::uint64_t expanded, std::uint64_t compressed,
                     std::uint64_t most);

/// Pixels of the canvas of an animation for each byte of its file: far more than a file needs whose
/// first frame leaves a part of the canvas free.
inline constexpr std::uint64_t kMaxCanvasExpansion = 65536;

/// Bytes of one pixel.
std::size_t pixel_size(PixelMode mode);
/// Pixels of that size and mode, all zero.
Pixels blank_pixels(const PictureInfo& info);

} // namespace vitrine
