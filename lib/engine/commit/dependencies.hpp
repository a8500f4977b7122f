// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include "catalog/catalog.hpp"
#include "engine/commit/commit_request.hpp"
#include "engine/commit/draft_staging.hpp"
#include "engine/commit/manifest_plan.hpp"
#include "manifest/difference.hpp"

#include <vector>

namespace vitrine {

/// A dependency of a version, and the manifest of what it needs of it.
struct DependencyPlan {
    Dependency source;
    ManifestPlan manifest;
};

/// Collects the references of a draft that must be followed, while its entries are walked beside
/// those of its base. A reference that the base has too needs no look, since the base's
/// dependencies are kept. But once a reference of the base is gone, all are followed again, since
/// what that one reached may not be needed any more.
class NewReferences {
public:
    explicit NewReferences(const CommitRequest& request);
    /// Throws: InvalidFormat for a malformed reference, naming the entry.
    void add(const ItemPair& pair);

    /// Whether the dependencies of the base are kept, and take() returns only what is new.
    bool keeps_base() const { return has_base_ && !lost_; }
    /// Returns the references to follow. Walks `manifest`, the draft's, again if that is all.
    std::vector<ArtifactUri> take(const Manifest& manifest);

private:
    bool has_base_;
    bool base_has_dependencies_;
    bool lost_ = false; ///< a reference of the base is gone
    std::vector<ArtifactUri> uris_;
};

/// Finds what the draft's references reach in other artifacts, and stages a manifest of that for
/// each of them, by id. The rules are written above the implementation.
/// Throws: InvalidFormat, Corruption, IoError, DatabaseError.
std::vector<DependencyPlan> plan_dependencies(DraftStaging& draft, const CommitRequest& request,
                                              NewReferences references);

/// Whether `manifest` has all entries of `part`, with equal content.
bool is_part_of(const Manifest& part, const Manifest& manifest);

} // namespace vitrine
