// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/table/cell.hpp>
#include <vitrine/table/column_type.hpp>

#include "golden/world.hpp"

namespace vitrine::golden {

/// Returns a recorded Python value as a cell: objects of numpy and other classes as what W&B writes
/// for them, tuples and sets as lists.
/// Throws: NotExpressible; what World::value throws.
Cell cell_of(const World& world, const Json& recorded);
/// The same for a table that is added to an artifact, where W&B distinguishes sets from lists.
/// Throws: also NotExpressible for a set.
Cell table_cell_of(const World& world, const Json& recorded);

/// A type in the notation of a table's `dtype`: {"$pytype": "int"}, [t], [t, u], {k: t}, a
/// constant. Throws: NotExpressible.
ColumnType column_type_of(const World& world, const Json& notation);

} // namespace vitrine::golden
