// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/progress.hpp>

#include "catalog/catalog.hpp"
#include "core/digest_hash.hpp"
#include "engine/commit/commit_request.hpp"
#include "engine/commit/dependencies.hpp"
#include "engine/commit/draft_staging.hpp"
#include "engine/commit/manifest_plan.hpp"
#include "engine/store/manifest_summary.hpp"

#include <optional>
#include <unordered_set>
#include <vector>

namespace vitrine {

/// The version that the new manifest is a difference to: the one that the draft was made from, else
/// the latest version of its name.
struct CommitBase {
    std::optional<VersionRow> row;        ///< absent if there is no such version
    std::optional<BaseManifest> manifest; ///< absent if its segments cannot be reused
};

/// The digests and objects of the draft's entries.
struct DraftSummary {
    ManifestSummary manifest;
    std::unordered_set<Sha256, Sha256Hash> staged; ///< objects of entries that the draft staged
    std::vector<Sha256> loose;                     ///< those of them in files of their own
    std::vector<Sha256> new_objects; ///< of new or changed entries, not staged by the draft
};

/// Everything that a commit decides before it takes the write lock (step 1 of commit.cpp).
struct CommitPlan {
    CommitBase base;
    DraftSummary summary;
    ManifestPlan manifest;
    std::vector<DependencyPlan> dependencies; ///< by id
};

/// Stages the manifests of the version and of its dependencies. The draft is sealed.
CommitPlan plan_commit(DraftStaging& draft, const CommitRequest& request);

} // namespace vitrine
