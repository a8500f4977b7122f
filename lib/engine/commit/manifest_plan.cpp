// SPDX-License-Identifier: MIT
#include "engine/commit/manifest_plan.hpp"

#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "engine/commit/compaction.hpp"
#include "manifest/manifest_file.hpp"
#include "manifest/segment_file.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

std::optional<BaseManifest> find_present_manifest(const DraftStaging& draft,
                                                  const Sha256& content) {
    OpenStore& store = draft.store();
    if (!store.reads->manifests.present(content, draft.epoch())) {
        return std::nullopt;
    }
    ManifestRow row = require_manifest(*store.reads, content);
    Manifest manifest = store.segments.open(*store.reads, row);
    return BaseManifest{std::move(row), std::move(manifest)};
}

void add_difference(SegmentStaging& segment, const ItemPair& pair) {
    if (pair.after != nullptr) {
        segment.add(pair.path, pair.after->bytes);
    } else {
        segment.add_tombstone(pair.path);
    }
}

namespace {

using Segments = std::vector<ManifestFile::Segment>; ///< the newest first

StagedSegment stage_difference(DraftStaging& draft, const Manifest& base, const Manifest& wanted) {
    SegmentStaging segment(draft);
    for_each_difference(base, wanted, [&](const ItemPair& pair) { add_difference(segment, pair); });
    return segment.finish();
}

/// Whether a merged segment keeps tombstones. They are needed as long as an older segment may
/// contain the entry that they hide.
enum class Tombstones { keep, drop };

StagedSegment stage_merged(DraftStaging& draft, Layers layers, Tombstones tombstones) {
    SegmentStaging segment(draft);
    ItemMerge items(std::move(layers));
    while (const ItemView* item = items.next()) {
        if (tombstones == Tombstones::keep || !item->fields.is_tombstone) {
            segment.add(item->path, item->fields.bytes);
        }
    }
    return segment.finish();
}

/// The segments that the file of a manifest lists.
Segments segments_of(const OpenStore& store, const ManifestRow& row) {
    return ManifestFile::parse(read_linkless(store.layout.manifest(row.content, row.file.name)))
        .segments;
}

/// How many of the newest segments become one, the new one included; 1: none merges.
std::size_t count_to_merge(const StagedSegment& newest, const Segments& older) {
    std::vector<std::uint64_t> sizes{newest.file.size};
    for (const ManifestFile::Segment& segment : older) {
        sizes.push_back(segment.size);
    }
    return segments_to_merge(sizes);
}

/// Merges the new segment with those of `older` (the base's) that are due, and removes these from
/// `older`. Returns the new segment, merged or as it was.
StagedSegment compact(DraftStaging& draft, const Manifest& wanted, const BaseManifest& base,
                      StagedSegment newest, Segments& older) {
    const std::size_t count = count_to_merge(newest, older);
    if (count == 1) {
        return newest;
    }
    const bool merges_all = count == older.size() + 1;
    const auto merged = static_cast<std::ptrdiff_t>(count - 1);
    Layers layers = layers_of(wanted);
    if (!merges_all) {
        const Layers base_layers = layers_of(base.manifest);
        layers.assign(base_layers.begin(), base_layers.begin() + merged);
        layers.insert(layers.begin(), std::make_shared<const SegmentReader>(newest.file.path));
    }
    StagedSegment result =
        stage_merged(draft, std::move(layers), merges_all ? Tombstones::drop : Tombstones::keep);
    older.erase(older.begin(), older.begin() + merged);
    draft.store().files().remove(newest.file.path);
    return result;
}

/// Stages the file that lists the segments.
ManifestPlan plan_new_manifest(DraftStaging& draft, const Manifest& wanted,
                               const ManifestSummary& summary, StagedSegment newest,
                               const Segments& older) {
    ManifestFile file{summary.content, summary.entries, older};
    file.segments.insert(file.segments.begin(),
                         {newest.file.sha256, newest.file.size, newest.items});
    const std::string text = file.render();
    ManifestPlan plan;
    plan.manifest = wanted;
    plan.segment = std::move(newest.file);
    plan.file = {sha256_of(text), text.size(), draft.stage_file(text)};
    plan.row = {
        summary.content, {0, FileKind::manifest, plan.file->sha256, plan.file->size, std::nullopt},
        summary.entries, summary.logical_bytes,
        summary.digest,  {}};
    for (const ManifestFile::Segment& segment : file.segments) {
        plan.row.segments.push_back(segment.object);
    }
    return plan;
}

} // namespace

ManifestPlan plan_manifest(DraftStaging& draft, const Manifest& wanted,
                           const ManifestSummary& summary, const std::optional<BaseManifest>& base,
                           std::optional<StagedSegment> difference) {
    if (auto present = find_present_manifest(draft, summary.content)) {
        if (difference) {
            draft.store().files().remove(difference->file.path);
        }
        return {std::move(present->row), std::move(present->manifest), std::nullopt, std::nullopt};
    }
    StagedSegment segment =
        difference ? *std::move(difference)
                   : stage_difference(draft, base ? base->manifest : Manifest(), wanted);
    Segments older;
    if (base) {
        older = segments_of(draft.store(), base->row);
        segment = compact(draft, wanted, *base, std::move(segment), older);
    }
    return plan_new_manifest(draft, wanted, summary, std::move(segment), older);
}

} // namespace vitrine
