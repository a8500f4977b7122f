// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The formats of MovieWriter that this build encodes: those of mp4, webm and ogg for which its
/// libavcodec has an encoder, none without that library. Loads it.
std::vector<std::string_view> movie_formats();

/// Writes an MP4 (H.264, else MPEG-4 part 2), WebM (VP9, else VP8) or Ogg (Theora) of the quality
/// that is called visually lossless, frame by frame; it holds the file and what the encoder looks
/// ahead. One thread, no clock and no random numbers: the same frames give the same bytes with the
/// same libraries. These codecs keep colours at half the size, so a picture of an odd width or
/// height gets its last column or row twice.
class MovieWriter {
public:
    /// Throws: Unsupported for a format that is not in movie_formats(), by name; InvalidArgument
    /// for `fps` not in 0.001..1000, or a size that the encoder does not take.
    MovieWriter(std::string_view format, std::uint32_t width, std::uint32_t height, double fps);
    ~MovieWriter();

    /// A picture of mode L, RGB or RGBA, whose alpha is dropped, of the given size.
    void add(const Pixels& frame);
    /// The file. Nothing can be added after it.
    std::string finish();

private:
    class Encoder;
    std::unique_ptr<Encoder> encoder_;
};

} // namespace vitrine
