// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/table/cell.hpp>
#include <vitrine/table/column_type.hpp>

#include "golden/world.hpp"

namespace vitrine::golden {

/// A recorded Python value as the cell that says the same: objects of numpy's and of other classes
/// as what W&B writes of them, tuples and sets as lists.
/// Throws: NotExpressible; what World::value throws.
Cell cell_of(const World& world, const Json& recorded);
/// The same where W&B tells sets from lists: in a table that is added to an artifact.
/// Throws: NotExpressible for a set, too.
Cell table_cell_of(const World& world, const Json& recorded);

/// A type in the notation of a table's `dtype`: {"$pytype": "int"}, [t], [t, u], {k: t}, a
/// constant. Throws: NotExpressible.
ColumnType column_type_of(const World& world, const Json& notation);

} // namespace vitrine::golden
