// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include "image/quantiser.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct GifFileType;

namespace vitrine {

/// Writes an animation (GIF89a, endless loop) frame by frame; it holds one frame and the file.
/// Frames of at most 256 colours come back exactly; pixels of an alpha below 128 are clear, and
/// show nothing of frames before that have alpha, too. The same frames give the same bytes. Its
/// form stands in FORMAT.md.
class GifWriter {
public:
    /// `fps` frames a second, rounded to hundredths of a second in such a way that the whole keeps
    /// its length; a frame is shown for two hundredths at least, since viewers slow down shorter
    /// ones. Throws: InvalidArgument for a side of 0 or over kMaxPictureDimension, or `fps` that is
    /// not above 0.
    GifWriter(std::uint32_t width, std::uint32_t height, double fps);

    /// A picture of mode L, LA, RGB or RGBA. Throws: InvalidArgument for another mode or size.
    void add(const Pixels& frame);

    /// The file. Nothing can be added after it. Throws: InvalidArgument if there is no frame.
    std::string finish();

private:
    struct Close {
        void operator()(GifFileType* file) const;
    };
    void write_head(const IndexedPixels& first);
    void write_frame(const IndexedPixels& frame, bool leaves_nothing);
    int delay_of_next() const;

    std::uint32_t width_;
    std::uint32_t height_;
    double fps_;
    std::uint64_t frames_ = 0;
    std::vector<Rgb> palette_; ///< of the first frame, which those that have the same share
    std::unique_ptr<std::string> out_;
    std::unique_ptr<GifFileType, Close> file_;
};

} // namespace vitrine
