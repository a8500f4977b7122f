// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/progress.hpp>

#include "engine/store/damage_report.hpp"
#include "engine/store/digest_set.hpp"
#include "engine/store/open_store.hpp"
#include "engine/store/problem.hpp"
#include "engine/verify/inventory.hpp"

#include <cstdint>
#include <set>

namespace vitrine {

/// What reading the bytes of an inventory found.
struct CheckResult {
    DamageReport damages; ///< of objects, packs, segments and manifests; without versions
    DigestSet damaged_objects;
    std::set<std::uint32_t> damaged_packs; ///< as CheckItem::pack: those with a damaged index
    DigestSet absent_objects;              ///< named by a segment, and not in the inventory
    /// Readable segments with an entry whose object is damaged or absent.
    std::set<Sha256> affected_segments;
    std::uint64_t objects = 0; ///< that were read, manifests included
    std::uint64_t bytes = 0;

    /// The name of the damaged pack that holds an object; null if there is none.
    const Sha256* damaged_pack_of(const Inventory& inventory, const Sha256& object) const;
};

/// Reads every file of the inventory with all cores and compares it with its name and its rows.
/// Asks nothing of the catalogue. Throws: Cancelled.
CheckResult check_bytes(const OpenStore& store, const Inventory& inventory,
                        const ProgressOptions& progress);

/// Reads one object again. Throws: Cancelled.
Problem check_object(const OpenStore& store, const ObjectRow& row);

} // namespace vitrine
