// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/array_view.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace vitrine {

namespace {

constexpr auto kMaxBytes = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

/// Returns a * b, or nothing if it does not fit in 63 bits.
std::optional<std::uint64_t> multiply(std::uint64_t a, std::uint64_t b) {
    if (a != 0 && b > kMaxBytes / a) {
        return std::nullopt;
    }
    return a * b;
}

[[noreturn]] void fail_too_large(const ArrayView& array) {
    throw Error(ErrorCode::InvalidArgument,
                concat("array of shape ", array.shape_text(), " and type ",
                       to_string(array.dtype()), " does not fit in memory"));
}

/// The strides of an array in C order without gaps; nothing if they do not fit in 63 bits.
std::optional<std::vector<std::ptrdiff_t>> packed_strides(DType dtype,
                                                          std::span<const std::size_t> shape) {
    std::vector<std::ptrdiff_t> strides(shape.size());
    std::uint64_t step = size_of(dtype);
    for (std::size_t i = shape.size(); i-- > 0;) {
        strides[i] = static_cast<std::ptrdiff_t>(step);
        const auto next = multiply(step, std::max<std::size_t>(shape[i], 1));
        if (!next) {
            return std::nullopt;
        }
        step = *next;
    }
    return strides;
}

/// Whether the distance from the first to the last element fits in 63 bits.
bool extent_fits(std::span<const std::size_t> shape, std::span<const std::ptrdiff_t> strides) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const auto stride = static_cast<std::uint64_t>(strides[i]);
        const std::uint64_t distance = strides[i] < 0 ? 0 - stride : stride;
        const auto extent = multiply(distance, std::max<std::size_t>(shape[i], 1) - 1);
        if (!extent || *extent > kMaxBytes - total) {
            return false;
        }
        total += *extent;
    }
    return true;
}

} // namespace

std::size_t size_of(DType dtype) {
    switch (dtype) {
    case DType::uint8:
    case DType::int8:
    case DType::bool_:
        return 1;
    case DType::uint16:
    case DType::int16:
    case DType::float16:
        return 2;
    case DType::uint32:
    case DType::int32:
    case DType::float32:
        return 4;
    case DType::uint64:
    case DType::int64:
    case DType::float64:
        return 8;
    }
    throw Error(ErrorCode::InvalidArgument, "unknown element type");
}

std::string_view to_string(DType dtype) {
    switch (dtype) {
    case DType::uint8:
        return "uint8";
    case DType::uint16:
        return "uint16";
    case DType::uint32:
        return "uint32";
    case DType::uint64:
        return "uint64";
    case DType::int8:
        return "int8";
    case DType::int16:
        return "int16";
    case DType::int32:
        return "int32";
    case DType::int64:
        return "int64";
    case DType::float16:
        return "float16";
    case DType::float32:
        return "float32";
    case DType::float64:
        return "float64";
    case DType::bool_:
        return "bool";
    }
    throw Error(ErrorCode::InvalidArgument, "unknown element type");
}

ArrayView::ArrayView(const void* data, DType dtype, std::vector<std::size_t> shape)
    : ArrayView(data, dtype, shape,
                packed_strides(dtype, shape).value_or(std::vector<std::ptrdiff_t>(shape.size()))) {}

ArrayView::ArrayView(const void* data, DType dtype, std::vector<std::size_t> shape,
                     std::vector<std::ptrdiff_t> strides)
    : data_(static_cast<const std::byte*>(data)), dtype_(dtype), shape_(std::move(shape)),
      strides_(std::move(strides)), size_(1) {
    if (strides_.size() != shape_.size()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("array of shape ", shape_text(), ": expected ", shape_.size(),
                           " strides, got ", strides_.size()));
    }
    if (!packed_strides(dtype_, shape_) || !extent_fits(shape_, strides_)) {
        fail_too_large(*this);
    }
    for (const std::size_t length : shape_) {
        size_ *= length;
    }
    if (data_ == nullptr && size_ != 0) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("array of shape ", shape_text(), " has no data"));
    }
}

ArrayView ArrayView::squeezed() const {
    std::vector<std::size_t> shape;
    std::vector<std::ptrdiff_t> strides;
    for (std::size_t i = 0; i < shape_.size(); ++i) {
        if (shape_[i] != 1) {
            shape.push_back(shape_[i]);
            strides.push_back(strides_[i]);
        }
    }
    return ArrayView(data_, dtype_, std::move(shape), std::move(strides));
}

std::string ArrayView::shape_text() const {
    std::string text = "[";
    for (const std::size_t length : shape_) {
        if (text.size() > 1) {
            text += ", ";
        }
        text += std::to_string(length);
    }
    return text + "]";
}

} // namespace vitrine
