// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/progress.hpp>

#include "catalog/catalog.hpp"
#include "engine/store/object_check.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

/// What verify has to check, as the catalogue lists it. Immutable once read; safe to use from many
/// threads.
struct Inventory {
    /// A version, and the contents that it needs. The label of a content is the prefix of its
    /// entries in a report: the version's own name, or that of the dependency.
    struct Version {
        std::string name;
        std::vector<std::pair<Sha256, std::string>> contents;
    };

    std::vector<Version> versions;
    /// The manifests of all contents that versions need; nothing where the catalogue has no row.
    std::map<Sha256, std::optional<ManifestRow>> manifests;
    std::vector<Sha256> segments;       ///< of these manifests, ascending, each once
    std::vector<CheckItem> objects;     ///< ascending by digest
    std::vector<Sha256> packs;          ///< CheckItem::pack is a position in this list, from 1
    std::vector<Sha256> marked_damaged; ///< objects that the catalogue calls damaged

    /// Null if the object is not in the inventory.
    const CheckItem* find(const Sha256& object) const;
    const Sha256& pack_of(const CheckItem& item) const { return packs[item.pack - 1]; }
};

/// Reads the inventory from one view of the catalogue. Leaves out files that gc marked in `epoch`
/// or before, since gc may unlink them at any moment. Throws: Cancelled, DatabaseError.
Inventory read_inventory(Catalog& catalog, std::uint64_t epoch, const ProgressOptions& progress);

} // namespace vitrine
