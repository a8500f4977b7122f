// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "engine/commit/manifest_plan.hpp"
#include "engine/commit/staged_draft.hpp"
#include "engine/store/open_store.hpp"
#include "manifest/difference.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace vitrine {

/// A source that a version keeps, and how its kept manifest comes to lie in the store.
struct DependencyPlan {
    Dependency source;
    ManifestPlan manifest;
};

/// Opens the live version of an id; null if there is none.
using OpenById = std::function<std::shared_ptr<const OpenVersion>(std::string_view id)>;

/// The references of a draft that must be followed, collected as its entries are walked beside
/// those of its base (or of nothing, for a draft without one). Only what differs from the base is
/// new; but once a reference of the base is gone, all must be followed again, for what it reached
/// may be reached by nothing else.
class NewReferences {
public:
    explicit NewReferences(const CommitRequest& request);
    /// Throws: InvalidFormat for a reference that is none, naming the entry.
    void add(const ItemPair& pair);

    /// They come on top of what the base keeps.
    bool base_keeps_on() const { return has_base_ && !lost_; }
    /// Walks the manifest again where all are to be followed.
    std::vector<ArtifactUri> take(const Manifest& manifest);

private:
    bool has_base_;
    bool base_keeps_;
    bool lost_ = false;
    std::vector<ArtifactUri> uris_;
};

/// Finds out what the draft's references reach in other artifacts, and stages a manifest of that
/// for each of them (sorted by id). The rules stand above the implementation.
std::vector<DependencyPlan> plan_dependencies(OpenStore& store, StagedDraft& draft,
                                              const CommitRequest& request,
                                              NewReferences references, const OpenById& open_by_id);

/// Whether `kept` holds nothing but entries that `manifest` has too, with equal content.
bool is_part_of(const Manifest& kept, const Manifest& manifest);

} // namespace vitrine
