// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/progress.hpp>

#include "catalog/catalog.hpp"
#include "engine/open_store.hpp"
#include "engine/staged_objects.hpp"

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace vitrine {

/// The contents that a version needs: its own and those of its kept manifests.
std::vector<Sha256> contents_of(const VersionRow& row);

/// All that live versions reach, collected from manifests alone: own and kept.
class Reached {
public:
    using Objects = std::unordered_map<Sha256, std::uint64_t, Sha256Hash>; ///< and their sizes

    explicit Reached(OpenStore& store) : store_(store) {}

    /// Adds what a content reaches; nothing for one that was added before.
    void add(Catalog& catalog, const Sha256& content);
    void add(Catalog& catalog, const VersionRow& row);
    /// Adds what all versions of the catalogue reach.
    void add_all(Catalog& catalog, const ProgressOptions& progress);

    const std::unordered_set<Sha256, Sha256Hash>& contents() const { return contents_; }
    /// Objects of entries.
    const Objects& objects() const { return objects_; }
    const std::unordered_set<Sha256, Sha256Hash>& runs() const { return runs_; }
    bool has_object(const Sha256& object) const {
        return objects_.contains(object) || runs_.contains(object);
    }

private:
    OpenStore& store_;
    std::unordered_set<Sha256, Sha256Hash> contents_;
    std::unordered_set<Sha256, Sha256Hash> runs_;
    Objects objects_;
};

} // namespace vitrine
