// SPDX-License-Identifier: MIT
#include "media/mask_pixels.hpp"

#include <vitrine/image/codec.hpp>

#include "core/refuse.hpp"
#include "core/text.hpp"
#include "image/elements.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace vitrine {

namespace {

constexpr double kMaxClass = 255;

/// The condition is written so that NaN fails it.
template <class Number>
std::uint8_t checked_class(Number value, std::size_t row, std::size_t column) {
    const auto number = static_cast<double>(value);
    if (!(number >= 0 && number <= kMaxClass)) {
        refuse(concat("mask_data: expected numbers between 0 and 255, got ", python_float(number),
                      " in row ", row, ", column ", column));
    }
    return static_cast<std::uint8_t>(value);
}

Pixels blank(std::size_t width, std::size_t height) {
    if (width == 0 || height == 0 || width > kMaxPictureDimension ||
        height > kMaxPictureDimension) {
        refuse(concat("expected a mask of 1 to ", kMaxPictureDimension, " pixels a side, got ",
                      width, " x ", height));
    }
    Pixels pixels;
    pixels.width = static_cast<std::uint32_t>(width);
    pixels.height = static_cast<std::uint32_t>(height);
    pixels.mode = PixelMode::L;
    pixels.bytes.resize(width * height);
    return pixels;
}

template <class Stored>
void copy_classes(const ArrayView& array, Pixels& pixels) {
    for (std::size_t row = 0; row < pixels.height; ++row) {
        const std::byte* line =
            array.data() + static_cast<std::ptrdiff_t>(row) * array.strides()[0];
        for (std::size_t column = 0; column < pixels.width; ++column) {
            const std::byte* element =
                line + static_cast<std::ptrdiff_t>(column) * array.strides()[1];
            pixels.bytes[row * pixels.width + column] =
                checked_class(read_element<Stored>(element), row, column);
        }
    }
}

std::uint8_t class_of(const Json& value, std::size_t row, std::size_t column) {
    if (value.is_boolean()) {
        return value.get<bool>() ? 1 : 0;
    }
    if (!value.is_number()) {
        refuse(concat("mask_data: expected numbers between 0 and 255, got ",
                      is_big_integer(value) ? quoted(integer_text(value))
                                            : std::string(value.type_name()),
                      " in row ", row, ", column ", column));
    }
    return checked_class(value.get<double>(), row, column);
}

} // namespace

Pixels mask_pixels(const ArrayView& array) {
    if (array.shape().size() != 2) {
        refuse(concat("mask_data must be a 2d array, got the shape ", array.shape_text()));
    }
    Pixels pixels = blank(array.shape()[1], array.shape()[0]);
    with_stored_type(array.dtype(),
                     [&](auto stored) { copy_classes<decltype(stored)>(array, pixels); });
    return pixels;
}

Pixels mask_pixels(const Json& rows) {
    if (!rows.is_array() || rows.empty() || !rows[0].is_array()) {
        refuse(concat("mask_data must be a 2d array (a list of rows of numbers), got ",
                      rows.is_array() ? "a list without rows" : rows.type_name()));
    }
    Pixels pixels = blank(rows[0].size(), rows.size());
    auto out = pixels.bytes.begin();
    std::size_t row = 0;
    for (const Json& line : rows) {
        if (!line.is_array() || line.size() != pixels.width) {
            refuse(concat("mask_data must be a 2d array: expected ", pixels.width,
                          " numbers in row ", row, ", got ",
                          line.is_array() ? std::to_string(line.size()) : line.type_name()));
        }
        std::size_t column = 0;
        for (const Json& value : line) {
            *out++ = class_of(value, row, column++);
        }
        ++row;
    }
    return pixels;
}

std::set<std::int64_t> values_of(const Pixels& pixels) {
    std::array<bool, 256> seen{};
    for (const std::uint8_t value : pixels.bytes) {
        seen[value] = true;
    }
    std::set<std::int64_t> values;
    for (std::size_t value = 0; value < seen.size(); ++value) {
        if (seen[value]) {
            values.insert(static_cast<std::int64_t>(value));
        }
    }
    return values;
}

} // namespace vitrine
