// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The type of an array's elements, in the machine's byte order. `bool_` is one byte, 0 or 1.
enum class DType {
    uint8,
    uint16,
    uint32,
    uint64,
    int8,
    int16,
    int32,
    int64,
    float16,
    float32,
    float64,
    bool_,
};

/// The size of one element in bytes. Throws: InvalidArgument for a number that is no DType.
VITRINE_EXPORT std::size_t size_of(DType dtype);
/// NumPy's name of the type: "uint8", "float16", "bool", ... Throws: as size_of.
VITRINE_EXPORT std::string_view to_string(DType dtype);

/// The order of the channels in an array's last dimension.
enum class ChannelOrder { rgb, bgr, rgba, bgra };

/// A view of numbers in the caller's memory: a pointer, the type of the elements, the shape
/// (outermost dimension first) and the strides in bytes (which may be negative or zero). It owns
/// nothing: the memory must live as long as the call that takes the view, and must not change
/// meanwhile.
///
/// A picture is (height, width), (height, width, 1), (height, width, 3) or (height, width, 4).
/// For an OpenCV matrix `m` of 8-bit colour that is
///
///     ArrayView(m.data, DType::uint8, {m.rows, m.cols, m.channels()},
///               {ptrdiff_t(m.step[0]), ptrdiff_t(m.step[1]), 1})   // and .channels = bgr
class VITRINE_EXPORT ArrayView {
public:
    /// C order, no gaps. Throws: InvalidArgument if the byte size does not fit 63 bits, or `data`
    /// is null where there are elements.
    ArrayView(const void* data, DType dtype, std::vector<std::size_t> shape);
    /// With strides, in bytes. Throws: InvalidArgument as the other constructor, and if there are
    /// not as many strides as dimensions.
    ArrayView(const void* data, DType dtype, std::vector<std::size_t> shape,
              std::vector<std::ptrdiff_t> strides);

    /// The first element: that with index 0 in each dimension.
    const std::byte* data() const noexcept { return data_; }
    /// The type of the elements.
    DType dtype() const noexcept { return dtype_; }
    /// The length of each dimension, the outermost first. Valid while this view lives.
    std::span<const std::size_t> shape() const noexcept { return shape_; }
    /// The bytes from an element to the next one in each dimension. Valid while this view lives.
    std::span<const std::ptrdiff_t> strides() const noexcept { return strides_; }
    /// Number of elements.
    std::size_t size() const noexcept { return size_; }

    /// The same view without the dimensions of length 1, as numpy.squeeze.
    ArrayView squeezed() const;
    /// "[480, 640, 3]", for messages.
    std::string shape_text() const;

private:
    const std::byte* data_;
    DType dtype_;
    std::vector<std::size_t> shape_;
    std::vector<std::ptrdiff_t> strides_;
    std::size_t size_;
};

/// The kinds of pictures, by Pillow's names: "L", "LA", "RGB", "RGBA" (8 bits a
/// channel) and "I;16" (one channel of 16 bits, as PNG and TIFF have it).
enum class PixelMode { L, LA, RGB, RGBA, I16 };

/// Pillow's name of the mode. Throws: InvalidArgument for a number that is no PixelMode.
VITRINE_EXPORT std::string_view to_string(PixelMode mode);
/// The number of channels of a pixel: 1, 2, 3 or 4. Throws: as to_string.
VITRINE_EXPORT int channels_of(PixelMode mode);

/// Decoded pixels: rows from the top, without gaps, channels interleaved in the order of the mode's
/// name; 8 bits a channel (I16: 16-bit words in the machine's byte order).
struct VITRINE_EXPORT Pixels {
    std::uint32_t width = 0;         ///< in pixels
    std::uint32_t height = 0;        ///< in pixels
    PixelMode mode = PixelMode::RGB; ///< the channels of a pixel
    std::vector<std::uint8_t> bytes; ///< as many as width, height and mode need

    /// (height, width) for one channel, else (height, width, channels). Valid while this lives and
    /// `bytes` does not change. Throws: InvalidArgument if `bytes` has another size.
    ArrayView view() const;
    bool operator==(const Pixels&) const = default;
};

/// The same picture as another mode: grey to colour copies, colour to grey is Pillow's
/// L = (R * 19595 + G * 38470 + B * 7471 + 0x8000) >> 16, alpha is dropped or set opaque, 16 bits
/// become 8 by their high byte. Throws: InvalidArgument if `pixels.bytes` has another size.
VITRINE_EXPORT Pixels convert(const Pixels& pixels, PixelMode mode);
/// Swaps the first and third channel of RGB and RGBA, so bytes are in BGR or BGRA order (its own
/// inverse). Throws: InvalidArgument for other modes, and if `pixels.bytes` has another size.
VITRINE_EXPORT Pixels swap_red_and_blue(Pixels pixels);

/// The picture mode that fits an array's shape: two dimensions L, a last dimension of 3 RGB, of 4
/// RGBA. Source: wandb/data_types.py, Image.guess_mode; a last dimension of 1 counts as L.
/// Throws: InvalidArgument "un-supported shape for image conversion [d0, d1, ...]".
VITRINE_EXPORT PixelMode guess_mode(const ArrayView& array);

/// The array's elements as bytes in C order, scaled as W&B scales them: negative values are
/// stretched to 0..1, a maximum of at most 1 is stretched to 0..255, all is cut to 0..255 and
/// truncated, each step rounded (or wrapped) in the array's own type.
/// Source: wandb/data_types.py, Image.to_uint8; see lib/image/FORMAT.md.
/// Throws: InvalidArgument for an empty array.
VITRINE_EXPORT std::vector<std::uint8_t> to_uint8(const ArrayView& array);

} // namespace vitrine
