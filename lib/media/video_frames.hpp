// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vitrine {

/// The frames that W&B makes of an array (time, channel, height, width) or (batch, time, channel,
/// height, width). The videos of a batch, padded with black ones to a power of two, are shown side
/// by side in a grid of 2^((bits of batch - 1) / 2) rows. Integers wrap to bytes; the fraction of
/// floats is dropped. Refers to the array's memory, which must outlive it. Source:
/// wandb/data_types.py, Video._prepare_video.
class VideoFrames {
public:
    /// Throws: InvalidArgument for another number of dimensions, a dimension of length 0, or a side
    /// over kMaxPictureDimension.
    explicit VideoFrames(const ArrayView& array);

    std::size_t count() const noexcept { return frames_; }
    std::uint32_t width() const noexcept { return width_; }
    std::uint32_t height() const noexcept { return height_; }
    std::size_t channels() const noexcept { return channels_; }

    /// Writes frame `index` to `frame` as (height, width, channel). Throws: InvalidArgument for a
    /// float that is outside 0..255 without its fraction.
    void read(std::size_t index, std::vector<std::uint8_t>& frame) const;

private:
    template <class Stored>
    void copy_plane(const std::byte* plane, std::uint8_t* out) const;

    ArrayView array_; ///< five dimensions
    std::size_t batch_ = 0;
    std::size_t frames_ = 0;
    std::size_t channels_ = 0;
    std::size_t cell_height_ = 0;
    std::size_t cell_width_ = 0;
    std::size_t columns_ = 0;
    std::uint32_t width_ = 0;
    std::uint32_t height_ = 0;
};

} // namespace vitrine
