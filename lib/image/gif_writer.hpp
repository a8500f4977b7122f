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

/// Writes an animation (GIF89a, endless loop) frame by frame. Memory: one frame and the file.
/// Frames of at most 256 colours are stored exactly. Pixels with an alpha below 128 become
/// transparent, and an earlier frame that has alpha does not show through them. The same frames
/// make the same bytes; see FORMAT.md.
class GifWriter {
public:
    /// `fps`: frames per second. Each delay is rounded to hundredths of a second so that the total
    /// length stays right, and is at least two hundredths, since viewers slow down shorter ones.
    /// Throws: InvalidArgument for a side of 0 or over kMaxPictureDimension, or if `fps` is not a
    /// finite number above 0.
    GifWriter(std::uint32_t width, std::uint32_t height, double fps);

    /// Adds a picture of mode L, LA, RGB or RGBA. Throws: InvalidArgument for another mode or size.
    void add(const Pixels& frame);

    /// Returns the file; no frame can be added after that. Throws: InvalidArgument if there is no
    /// frame.
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
    std::vector<Rgb> palette_; ///< of the first frame; frames with the same palette share it
    std::unique_ptr<std::string> out_;
    std::unique_ptr<GifFileType, Close> file_;
};

} // namespace vitrine
