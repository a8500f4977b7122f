// SPDX-License-Identifier: MIT
#include "media/video_frames.hpp"

#include <vitrine/image/codec.hpp>

#include "core/refuse.hpp"
#include "core/text.hpp"
#include "image/elements.hpp"

#include <algorithm>
#include <bit>

namespace vitrine {

namespace {

/// Returns the array with a batch axis in front.
ArrayView with_batch(const ArrayView& array) {
    const auto dimensions = array.shape().size();
    if (dimensions != 4 && dimensions != 5) {
        refuse(
            concat("expected a video of 4 dimensions (time, channels, height, width) or 5 (batch "
                   "first), got an array of the shape ",
                   array.shape_text()));
    }
    if (array.size() == 0) {
        refuse(concat("expected a video with at least one pixel, got an array of the shape ",
                      array.shape_text()));
    }
    std::vector<std::size_t> shape(array.shape().begin(), array.shape().end());
    std::vector<std::ptrdiff_t> strides(array.strides().begin(), array.strides().end());
    if (dimensions == 4) {
        shape.insert(shape.begin(), 1);
        strides.insert(strides.begin(), 0);
    }
    return ArrayView(array.data(), array.dtype(), std::move(shape), std::move(strides));
}

std::uint32_t checked_side(std::size_t cells, std::size_t cell) {
    if (cell > kMaxPictureDimension || cells > kMaxPictureDimension / cell) {
        refuse(concat("expected a video of 1 to ", kMaxPictureDimension, " pixels a side, got ",
                      cells, " times ", cell));
    }
    return static_cast<std::uint32_t>(cells * cell);
}

template <class Number>
std::uint8_t to_byte(Number value) {
    if constexpr (std::is_floating_point_v<Number>) {
        if (!(value > Number{-1} && value < Number{256})) {
            refuse(concat("expected numbers of 0 to 255 in a video of floats, got ", value));
        }
        return static_cast<std::uint8_t>(static_cast<int>(value));
    } else {
        return static_cast<std::uint8_t>(value);
    }
}

} // namespace

VideoFrames::VideoFrames(const ArrayView& array) : array_(with_batch(array)) {
    const auto shape = array_.shape();
    batch_ = shape[0];
    frames_ = shape[1];
    channels_ = shape[2];
    cell_height_ = shape[3];
    cell_width_ = shape[4];
    if (batch_ > kMaxPictureDimension * std::size_t{kMaxPictureDimension}) {
        refuse(concat("a batch of ", batch_, " videos is too large"));
    }
    const std::size_t rows = std::size_t{1} << (std::bit_width(batch_) - 1) / 2;
    columns_ = std::bit_ceil(batch_) / rows;
    width_ = checked_side(columns_, cell_width_);
    height_ = checked_side(rows, cell_height_);
    if (channels_ > kMaxPictureBytes ||
        std::uint64_t{width_} * height_ > kMaxPictureBytes / channels_) {
        refuse(concat("a frame of the array of the shape ", array.shape_text(),
                      " would take more than ", kMaxPictureBytes, " bytes"));
    }
}

template <class Stored>
void VideoFrames::copy_plane(const std::byte* plane, std::uint8_t* out) const {
    const std::ptrdiff_t row_stride = array_.strides()[3];
    const std::ptrdiff_t pixel_stride = array_.strides()[4];
    const std::size_t out_row = width_ * channels_;
    for (std::size_t y = 0; y < cell_height_; ++y) {
        const std::byte* in = plane + static_cast<std::ptrdiff_t>(y) * row_stride;
        std::uint8_t* to = out + y * out_row;
        for (std::size_t x = 0; x < cell_width_; ++x) {
            *to = to_byte(read_element<Stored>(in + static_cast<std::ptrdiff_t>(x) * pixel_stride));
            to += channels_;
        }
    }
}

void VideoFrames::read(std::size_t index, std::vector<std::uint8_t>& frame) const {
    frame.assign(std::size_t{width_} * height_ * channels_, 0);
    const auto strides = array_.strides();
    with_stored_type(array_.dtype(), [&](auto stored) {
        for (std::size_t cell = 0; cell < batch_; ++cell) {
            std::uint8_t* corner = frame.data() + (cell / columns_ * cell_height_ * width_ +
                                                   cell % columns_ * cell_width_) *
                                                      channels_;
            for (std::size_t channel = 0; channel < channels_; ++channel) {
                copy_plane<decltype(stored)>(array_.data() +
                                                 static_cast<std::ptrdiff_t>(cell) * strides[0] +
                                                 static_cast<std::ptrdiff_t>(index) * strides[1] +
                                                 static_cast<std::ptrdiff_t>(channel) * strides[2],
                                             corner + channel);
            }
        }
    });
}

} // namespace vitrine
