// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/table/column_type.hpp>
#include <vitrine/value/value.hpp>

namespace vitrine {

/// Whether W&B has a type for values of exactly this class; others are objects with a class name.
bool has_own_type(const Value& value);
/// Returns ColumnType::of for a value.
ColumnType type_of_value(const Value& value);

} // namespace vitrine
