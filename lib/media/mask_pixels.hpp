// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>

#include <cstdint>
#include <set>

namespace vitrine {

/// The 8-bit grey picture of a two-dimensional array of classes; fractions are cut off.
/// Throws: InvalidArgument "mask_data must be a 2d array ..." or "mask data must be numbers between
/// 0 and 255 ...", with the place and the value.
Pixels mask_pixels(const ArrayView& array);
/// The same of rows of numbers. Throws: InvalidArgument also for rows of different length.
Pixels mask_pixels(const Json& rows);

/// The distinct values of a grey picture.
std::set<std::int64_t> values_of(const Pixels& pixels);

} // namespace vitrine
