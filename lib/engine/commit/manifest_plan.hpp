// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "catalog/catalog.hpp"
#include "engine/commit/draft_staging.hpp"
#include "engine/commit/segment_staging.hpp"
#include "engine/store/manifest_summary.hpp"
#include "manifest/difference.hpp"

#include <optional>

namespace vitrine {

/// A manifest of the store, and the row that lists its segments.
struct BaseManifest {
    ManifestRow row;
    Manifest manifest;
};

/// A manifest that a commit needs. Either it is present in the store, or it has a staged file that
/// lists its segments; the newest of these may be staged too.
struct ManifestPlan {
    ManifestRow row;
    Manifest manifest;                 ///< its entries
    std::optional<StagedFile> segment; ///< absent if no segment is new
    std::optional<StagedFile> file;    ///< absent if the manifest is present
};

/// Adds the item that turns the first of a differing pair into the second: the new entry, or a
/// tombstone.
void add_difference(SegmentStaging& segment, const ItemPair& pair);

/// Finds a manifest that the draft can rely on: it and all its segments are present since the
/// draft's oldest lease.
std::optional<BaseManifest> find_present_manifest(const DraftStaging& draft, const Sha256& content);

/// Stages what the store needs for the manifest `wanted`; nothing if it is present. With a base,
/// that is a segment of the differences to it, merged with those segments of the base that are due
/// for compaction (compaction.cpp); without one, a segment of all entries. `difference` is this
/// segment before merging, if the caller has staged it already; it is removed if not needed.
ManifestPlan plan_manifest(DraftStaging& draft, const Manifest& wanted,
                           const ManifestSummary& summary, const std::optional<BaseManifest>& base,
                           std::optional<StagedSegment> difference = {});

} // namespace vitrine
