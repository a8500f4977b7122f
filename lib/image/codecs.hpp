// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>
#include <vitrine/image/codec.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vitrine {

/// The functions of one picture format, which probe_picture and decode_picture call.
struct Codec {
    std::string_view name;
    /// False where this build lacks the library; then `probe` and `decode` are null.
    bool available;
    /// Whether `data` starts as files of this format do.
    bool (*matches)(std::span<const std::byte> data);
    /// Does what probe_picture does.
    PictureInfo (*probe)(std::span<const std::byte> data);
    /// Does what decode_picture does; `info` is the result of `probe` for the same data.
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

/// Describes a picture. Throws InvalidFormat with the numbers if its size is outside the limits.
PictureInfo checked_info(std::string_view format, std::uint64_t width, std::uint64_t height,
                         PixelMode mode);
/// Throws InvalidFormat if `compressed` bytes cannot decode to `expanded` bytes even when each
/// decodes to `most`. This finds false headers before anything is allocated.
void check_expansion(const PictureInfo& info, std::uint64_t expanded, std::uint64_t compressed,
                     std::uint64_t most);

/// The most pixels of canvas per byte of an animation: far more than a file needs whose first frame
/// does not cover its canvas.
inline constexpr std::uint64_t kMaxCanvasExpansion = 65536;

/// The number of bytes of one pixel.
std::size_t pixel_size(PixelMode mode);
/// Returns pixels of this size and mode, all zero.
Pixels blank_pixels(const PictureInfo& info);

} // namespace vitrine
