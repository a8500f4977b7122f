// SPDX-License-Identifier: MIT
#pragma once

#include "golden/world.hpp"

namespace vitrine::golden {

/// Makes and saves the tables of the case `table_cells`, one for each kind of cell.
void check_table_cells(World& world);

} // namespace vitrine::golden
