// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/value/type_registry.hpp>

namespace vitrine {

/// Returns a registry of all types that vitrine brings, in the order in which W&B's SDK tries their
/// suffixes. The caller may add types to it. Safe to call from many threads.
VITRINE_EXPORT TypeRegistry builtin_types();

} // namespace vitrine
