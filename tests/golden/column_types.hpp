// SPDX-License-Identifier: MIT
#pragma once

#include "golden/world.hpp"

namespace vitrine::golden {

/// Compares column types with the tables of the case `dtypes`, whose steps made `world`'s values.
void check_column_types(World& world);

} // namespace vitrine::golden
