// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/type_registry.hpp>

namespace vitrine {

/// The types that vitrine itself restores, in the order in which W&B's SDK tries their suffixes.
/// A copy of the caller's own, to which types may be added.
TypeRegistry builtin_types();

} // namespace vitrine
