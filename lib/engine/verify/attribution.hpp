// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>

#include "engine/store/damage_report.hpp"
#include "engine/store/open_store.hpp"
#include "engine/verify/check_bytes.hpp"
#include "engine/verify/inventory.hpp"

namespace vitrine {

/// Finds the versions and entries that each damage affects, and objects that entries name and the
/// store lacks. `catalog` must still have the view that the inventory was read from.
///
/// An entry of a segment may be hidden by a newer segment, and then its object may be absent for
/// good reason. So a manifest with an affected segment is walked in full; others are not walked.
/// Throws: Cancelled, DatabaseError.
DamageReport attribute_damage(OpenStore& store, Catalog& catalog, const Inventory& inventory,
                              const CheckResult& checked, const ProgressOptions& progress);

} // namespace vitrine
