// SPDX-License-Identifier: MIT
#pragma once

#include "fuzz/fuzz.hpp"
#include "image/codecs.hpp"

namespace vitrine::fuzz {

/// Larger pictures are probed and not decoded: they take too long.
inline constexpr std::uint64_t kMaxDecodedPixels = std::uint64_t{1} << 22;

/// Probes and decodes the input if it is of this format. Every picture that is decoded has the
/// size and mode of the probe.
inline int test_codec(const Codec& codec, std::span<const std::byte> data) {
    if (!codec.matches(data)) {
        return 0;
    }
    accepts([&] {
        const PictureInfo info = codec.probe(data);
        require(info.width > 0 && info.height > 0, "a picture has pixels");
        if (std::uint64_t{info.width} * info.height > kMaxDecodedPixels) {
            return;
        }
        const Pixels pixels = codec.decode(data, info);
        require(pixels.width == info.width && pixels.height == info.height &&
                    pixels.mode == info.mode,
                "decode returns what probe says");
        require(pixels.bytes.size() ==
                    std::size_t{info.width} * info.height * pixel_size(info.mode),
                "every pixel is there");
    });
    return 0;
}

} // namespace vitrine::fuzz
