// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "catalog/catalog.hpp"
#include "engine/commit/segment_staging.hpp"
#include "engine/commit/staged_draft.hpp"
#include "engine/store/open_store.hpp"
#include "manifest/difference.hpp"
#include "manifest/manifest_digest.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// What one walk of a manifest tells.
struct ManifestSummary {
    Sha256 content;
    std::string digest; ///< W&B's
    std::uint64_t entries = 0;
    std::uint64_t logical_bytes = 0;
};

/// Sums up entries that come in path order.
class ManifestSummarizer {
public:
    void add(std::string_view path, const EntryFields& fields);
    /// Throws: Corruption if there were not `entries` of them.
    ManifestSummary finish(std::uint64_t entries);

private:
    ManifestDigester digester_;
    ManifestSummary summary_;
};

/// Walks all entries once; hands each to `visit` if there is one. Throws: Corruption.
ManifestSummary summarize(const Manifest& manifest,
                          const std::function<void(const ItemView&)>& visit = {});

/// A manifest with the row that says which segments make it up.
struct BaseManifest {
    ManifestRow row;
    Manifest manifest;
};

/// How a manifest comes to lie in the store: it is there already, or a file names its segments, of
/// which the newest may be new too.
struct ManifestPlan {
    ManifestRow row;
    Manifest manifest;                 ///< its entries
    std::optional<StagedFile> segment; ///< absent where no segment is new
    std::optional<StagedFile> file;    ///< absent where the manifest is present
};

/// Adds an item that leads from the first to the second of a pair that differs.
void add_difference(SegmentStaging& segment, const ItemPair& pair);

/// Stages what `wanted` needs beyond `base`: one segment. That holds the difference (to nothing,
/// where there is no base), which the caller may have staged already; with it merge those segments
/// of the base for which it is time (compaction.cpp), down to the whole manifest. Present manifests
/// are left as they are.
ManifestPlan plan_manifest(OpenStore& store, StagedDraft& draft, const Manifest& wanted,
                           const ManifestSummary& summary, const std::optional<BaseManifest>& base,
                           std::optional<StagedSegment> difference = {});

/// The manifest of a content, if it is present in the eyes of a draft (all its segments too).
std::optional<BaseManifest> find_present_manifest(OpenStore& store, const Sha256& content,
                                                  std::uint64_t epoch);

} // namespace vitrine
