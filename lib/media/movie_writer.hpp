// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Returns the formats that MovieWriter can encode: those of mp4, webm and ogg for which libavcodec
/// has an encoder; none without that library. Loads libavcodec.
std::vector<std::string_view> movie_formats();

/// Writes an MP4 (H.264, else MPEG-4 part 2), WebM (VP9, else VP8) or Ogg (Theora) of visually
/// lossless quality, frame by frame. Memory: the file and the frames that the encoder looks ahead.
/// With the same libraries, the same frames make the same bytes: there is one thread, no clock and
/// no random number. The codecs store colours at half the size, so the last column or row of a
/// picture of odd width or height is repeated.
class MovieWriter {
public:
    /// Throws: Unsupported if `format` is not in movie_formats(); InvalidArgument if `fps` is not
    /// in 0.001..1000 or the encoder does not accept the size.
    MovieWriter(std::string_view format, std::uint32_t width, std::uint32_t height, double fps);
    ~MovieWriter();

    /// Adds a picture of the given size and mode L, RGB or RGBA; alpha is dropped.
    void add(const Pixels& frame);
    /// Returns the file; no frame can be added after that.
    std::string finish();

private:
    class Encoder;
    std::unique_ptr<Encoder> encoder_;
};

} // namespace vitrine
