// SPDX-License-Identifier: MIT
// NumPy's histogram with a number of bins: numpy/lib/histograms.py of 1.24. Edges are computed in
// double and rounded to the array's type, in which numbers are then assigned to bins. A number that
// rounding puts one bin off is moved by comparison with the edges.
#include "media/numpy_histogram.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "image/elements.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

namespace vitrine {

namespace {

/// Rounds to half precision. Rounding to nearest float first would round twice; rounding to odd
/// keeps a value that is not a tie from becoming one.
double half_of(double value) {
    auto nearest = static_cast<float>(value);
    if (std::isfinite(nearest) && static_cast<double>(nearest) != value) {
        auto bits = std::bit_cast<std::uint32_t>(nearest);
        if (std::abs(static_cast<double>(nearest)) > std::abs(value)) {
            --bits; // towards zero
        }
        nearest = std::bit_cast<float>(bits | 1U);
    }
    return static_cast<double>(round_to_half(nearest));
}

/// Rounds a result in double to the type in which NumPy computes with such elements. One operation
/// in double, rounded afterwards, equals the operation in float or half.
template <class Stored>
double rounded(double value) {
    if constexpr (std::is_same_v<Stored, float>) {
        return static_cast<double>(static_cast<float>(value));
    } else if constexpr (std::is_same_v<Stored, Half>) {
        return half_of(value);
    } else {
        return value;
    }
}

/// Calls `use` with the address of each element, in C order.
template <class Use>
void for_each_element(const ArrayView& array, const std::byte* element, std::size_t axis,
                      const Use& use) {
    if (axis == array.shape().size()) {
        use(element);
        return;
    }
    for (std::size_t i = 0; i < array.shape()[axis]; ++i, element += array.strides()[axis]) {
        for_each_element(array, element, axis + 1, use);
    }
}

template <class Stored, class Use>
void for_each_number(const ArrayView& array, const Use& use) {
    if (array.size() > 0) {
        for_each_element(array, array.data(), 0,
                         [&](const std::byte* element) { use(read_element<Stored>(element)); });
    }
}

/// The outer edges, and their distance as NumPy computes it: exactly for integers, in their own
/// type for floats.
struct Range {
    double first = 0;
    double last = 1;
    double width = 1;
};

template <class Stored>
Range range_of(const ArrayView& array) {
    using Number = std::remove_const_t<decltype(number_of(Stored{}))>;
    Range range;
    if (array.size() == 0) {
        return range;
    }
    Number least = std::numeric_limits<Number>::max();
    Number greatest = std::numeric_limits<Number>::lowest();
    bool finite = true;
    for_each_number<Stored>(array, [&](Number number) {
        if constexpr (std::is_floating_point_v<Number>) {
            finite = finite && std::isfinite(number);
        }
        least = std::min(least, number);
        greatest = std::max(greatest, number);
    });
    if (!finite) {
        throw Error(ErrorCode::InvalidArgument,
                    "expected finite numbers for a histogram, got NaN or infinity");
    }
    range.first = static_cast<double>(least);
    range.last = static_cast<double>(greatest);
    if (least == greatest) {
        range.first -= 0.5;
        range.last += 0.5;
        range.width = range.last - range.first;
    } else if constexpr (std::is_integral_v<Number>) {
        range.width = static_cast<double>(static_cast<std::uint64_t>(greatest) -
                                          static_cast<std::uint64_t>(least));
    } else {
        range.width = rounded<Stored>(range.last - range.first);
    }
    if (!std::isfinite(range.width)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("the numbers from ", range.first, " to ", range.last,
                           " are too far apart for a histogram in their type"));
    }
    return range;
}

/// Does what numpy.linspace(first, last, count + 1) does, in the elements' type.
template <class Stored>
std::vector<double> edges_between(const Range& range, std::size_t count) {
    std::vector<double> edges(count + 1);
    const double delta = range.last - range.first;
    const auto parts = static_cast<double>(count);
    const double step = delta / parts;
    for (std::size_t i = 0; i < count; ++i) {
        const auto index = static_cast<double>(i);
        // As NumPy does if the step is too small for a double.
        const double offset = step == 0 ? index / parts * delta : index * step;
        edges[i] = rounded<Stored>(offset + range.first);
    }
    edges[count] = rounded<Stored>(range.last);
    return edges;
}

template <class Stored>
BinnedCounts binned(const ArrayView& array, std::size_t count) {
    const Range range = range_of<Stored>(array);
    BinnedCounts result;
    result.counts.resize(count);
    result.edges = edges_between<Stored>(range, count);
    const std::vector<double>& edges = result.edges;

    const auto parts = static_cast<double>(count);
    const double first = rounded<Stored>(range.first);
    const double scale = rounded<Stored>(parts / range.width);
    for_each_number<Stored>(array, [&](auto element) {
        const auto number = static_cast<double>(element);
        const double distance = rounded<Stored>(number - first);
        // NumPy 1.24 fails if the width is so small that the scale overflows.
        const double position = std::isfinite(scale) ? rounded<Stored>(distance * scale)
                                                     : distance / range.width * parts;
        std::size_t bin = position >= parts ? count - 1 : static_cast<std::size_t>(position);
        if (bin > 0 && number < edges[bin]) {
            --bin;
        }
        if (bin < count - 1 && number >= edges[bin + 1]) {
            ++bin;
        }
        ++result.counts[bin];
    });
    return result;
}

} // namespace

BinnedCounts numpy_histogram(const ArrayView& array, std::size_t count) {
    return with_stored_type(array.dtype(),
                            [&](auto stored) { return binned<decltype(stored)>(array, count); });
}

} // namespace vitrine
