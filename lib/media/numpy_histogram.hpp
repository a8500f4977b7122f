// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vitrine {

struct BinnedCounts {
    std::vector<std::uint64_t> counts;
    std::vector<double> edges; ///< one more than counts
};

/// numpy.histogram(array, bins=count) of NumPy 1.24, bit for bit. `count` must not be 0.
/// Throws: InvalidArgument for numbers that are not finite, or so far apart that their distance is
/// not.
BinnedCounts numpy_histogram(const ArrayView& array, std::size_t count);

} // namespace vitrine
