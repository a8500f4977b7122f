// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vitrine {

struct BinnedCounts {
    std::vector<std::uint64_t> counts;
    std::vector<double> edges; ///< one more than `counts` has
};

/// Does what numpy.histogram(array, bins=count) of NumPy 1.24 does, bit for bit. `count` must not
/// be 0. Throws: InvalidArgument if a number or the distance between two is not finite.
BinnedCounts numpy_histogram(const ArrayView& array, std::size_t count);

} // namespace vitrine
