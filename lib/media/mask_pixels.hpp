// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>

#include <cstdint>
#include <set>

namespace vitrine {

/// Returns a two-dimensional array of classes as an 8-bit grey picture; fractions are dropped.
/// Throws: InvalidArgument "mask_data must be a 2d array ...", or for an element outside 0..255,
/// with its row, column and value.
Pixels mask_pixels(const ArrayView& array);
/// The same for rows of numbers. Throws: InvalidArgument also if rows differ in length.
Pixels mask_pixels(const Json& rows);

/// The distinct values of a grey picture.
std::set<std::int64_t> values_of(const Pixels& pixels);

} // namespace vitrine
