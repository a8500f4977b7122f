// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/array_view.hpp>

#include "core/text.hpp"
#include "image/elements.hpp"
#include "image/half.hpp"

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace vitrine {

namespace {

/// Merges neighbouring dimensions that are contiguous in memory, so that the inner loop is long.
ArrayView merged(const ArrayView& array) {
    std::vector<std::size_t> shape;
    std::vector<std::ptrdiff_t> strides;
    for (std::size_t i = 0; i < array.shape().size(); ++i) {
        const std::size_t length = array.shape()[i];
        const std::ptrdiff_t stride = array.strides()[i];
        if (length == 1) {
            continue;
        }
        // Unsigned, since a stride that is never used may overflow.
        const std::size_t span = static_cast<std::size_t>(stride) * length;
        if (!shape.empty() && static_cast<std::size_t>(strides.back()) == span) {
            shape.back() *= length;
            strides.back() = stride;
        } else {
            shape.push_back(length);
            strides.push_back(stride);
        }
    }
    if (shape.empty()) {
        shape.push_back(1);
        strides.push_back(static_cast<std::ptrdiff_t>(size_of(array.dtype())));
    }
    return ArrayView(array.data(), array.dtype(), std::move(shape), std::move(strides));
}

/// Calls `use` with each element as a number, in C order. The elements need not be aligned.
template <class Stored, class Use>
void for_each_element(const ArrayView& array, Use&& use) {
    const std::size_t outer = array.shape().size() - 1;
    const std::size_t length = array.shape()[outer];
    const std::ptrdiff_t stride = array.strides()[outer];
    std::vector<std::size_t> index(outer, 0);
    const std::byte* row = array.data();
    while (true) {
        if (stride == static_cast<std::ptrdiff_t>(sizeof(Stored))) {
            for (std::size_t i = 0; i < length; ++i) {
                use(read_element<Stored>(row + i * sizeof(Stored)));
            }
        } else {
            for (std::size_t i = 0; i < length; ++i) {
                use(read_element<Stored>(row + static_cast<std::ptrdiff_t>(i) * stride));
            }
        }
        std::size_t d = outer;
        while (d > 0 && index[d - 1] + 1 == array.shape()[d - 1]) {
            row -= static_cast<std::ptrdiff_t>(index[d - 1]) * array.strides()[d - 1];
            index[d - 1] = 0;
            --d;
        }
        if (d == 0) {
            return;
        }
        ++index[d - 1];
        row += array.strides()[d - 1];
    }
}

template <class Number>
bool is_nan(Number value) {
    if constexpr (std::is_floating_point_v<Number>) {
        return std::isnan(value);
    } else {
        return false;
    }
}

/// The greatest result of `map` over the elements; NaN if one is NaN, as numpy.max.
template <class Stored, class Map>
auto maximum(const ArrayView& array, const Map& map) {
    using Number = decltype(map(number_of(Stored{})));
    Number result{};
    bool first = true;
    for_each_element<Stored>(array, [&](auto element) {
        const Number value = map(element);
        if (first || value > result || (is_nan(value) && !is_nan(result))) {
            result = value;
            first = false;
        }
    });
    return result;
}

/// The least and the greatest element; both NaN if one is NaN, as numpy.min and numpy.max.
template <class Stored>
auto range_of(const ArrayView& array) {
    using Number = decltype(number_of(Stored{}));
    Number low{};
    Number high{};
    bool first = true;
    bool nan = false;
    for_each_element<Stored>(array, [&](Number value) {
        nan = nan || is_nan(value);
        low = first || value < low ? value : low;
        high = first || value > high ? value : high;
        first = false;
    });
    if constexpr (std::is_floating_point_v<Number>) {
        if (nan) {
            low = high = std::numeric_limits<Number>::quiet_NaN();
        }
    }
    return std::pair(low, high);
}

/// Clamps to 0..255 and drops the fraction; NaN becomes 0.
template <class Number>
std::uint8_t to_byte(Number value) {
    if (!(value > 0)) {
        return 0;
    }
    return value < 255 ? static_cast<std::uint8_t>(value) : std::uint8_t{255};
}

template <class Stored, class Map>
std::vector<std::uint8_t> to_bytes(const ArrayView& array, const Map& map) {
    std::vector<std::uint8_t> bytes(array.size());
    std::uint8_t* next = bytes.data();
    for_each_element<Stored>(array, [&](auto element) { *next++ = to_byte(map(element)); });
    return bytes;
}

/// Rounds the result of an operation to the array's type; halves are computed as floats.
template <class Stored, class Number>
Number rounded(Number value) {
    if constexpr (std::is_same_v<Stored, Half>) {
        return round_to_half(value);
    } else {
        return value;
    }
}

/// Returns the function that maps elements to 0..1 as NumPy's (x - low) / (high - low) does:
/// integers wrap in their own type and are divided as doubles.
template <class Stored, class Number>
auto stretch(Number low, Number high) {
    if constexpr (std::is_integral_v<Number>) {
        using Unsigned = std::make_unsigned_t<Number>;
        const auto subtract = [](Number a, Number b) {
            return static_cast<Number>(
                static_cast<Unsigned>(static_cast<Unsigned>(a) - static_cast<Unsigned>(b)));
        };
        const auto range = static_cast<double>(subtract(high, low));
        return [=](Number x) { return static_cast<double>(subtract(x, low)) / range; };
    } else {
        const Number range = rounded<Stored>(high - low);
        return [=](Number x) { return rounded<Stored>(rounded<Stored>(x - low) / range); };
    }
}

template <class Stored>
std::vector<std::uint8_t> scale(const ArrayView& array) {
    using Number = decltype(number_of(Stored{}));
    const auto [low, high] = range_of<Stored>(array);
    if constexpr (std::is_signed_v<Number>) {
        if (low < 0) {
            const auto unit = stretch<Stored>(low, high);
            if (maximum<Stored>(array, unit) <= 1) {
                return to_bytes<Stored>(array,
                                        [&](Number x) { return rounded<Stored>(unit(x) * 255); });
            }
            return to_bytes<Stored>(array, unit);
        }
    }
    if (high <= 1) {
        if constexpr (std::is_floating_point_v<Number>) {
            return to_bytes<Stored>(array, [](Number x) { return rounded<Stored>(x * 255); });
        } else {
            return to_bytes<Stored>(array, [](Number x) { return x > 0 ? 255 : 0; });
        }
    }
    return to_bytes<Stored>(array, [](Number x) { return x; });
}

} // namespace

std::vector<std::uint8_t> to_uint8(const ArrayView& array) {
    if (array.size() == 0) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("array of shape ", array.shape_text(), " has no elements"));
    }
    const ArrayView elements = merged(array);
    return with_stored_type(array.dtype(),
                            [&](auto stored) { return scale<decltype(stored)>(elements); });
}

} // namespace vitrine
