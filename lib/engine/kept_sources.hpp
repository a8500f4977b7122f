// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "engine/manifest_plan.hpp"
#include "engine/open_store.hpp"
#include "engine/staged_draft.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace vitrine {

/// A source that a version keeps, and how its kept manifest comes to lie in the store.
struct KeptPlan {
    KeptSource source;
    ManifestPlan manifest;
};

/// Opens the live version of an id; null if there is none.
using OpenById = std::function<std::shared_ptr<const OpenVersion>(std::string_view id)>;

/// Finds out what the draft's references reach in other artifacts, and stages a manifest of that
/// for each of them (sorted by id). The rules stand above the implementation.
std::vector<KeptPlan> plan_kept_sources(OpenStore& store, StagedDraft& draft,
                                        const CommitRequest& request, const OpenById& open_by_id);

/// Whether `kept` holds nothing but entries that `manifest` has too, with equal content.
bool is_part_of(const Manifest& kept, const Manifest& manifest);

} // namespace vitrine
