// SPDX-License-Identifier: MIT
#include "engine/commit/manifest_plan.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/commit/compaction.hpp"
#include "manifest/manifest_file.hpp"
#include "manifest/segment_file.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace vitrine {

void ManifestSummarizer::add(std::string_view path, const EntryFields& fields) {
    digester_.add(path, fields);
    ++summary_.entries;
    summary_.logical_bytes += fields.logical_size();
}

ManifestSummary ManifestSummarizer::finish(std::uint64_t entries) {
    ManifestDigester::Result digests = digester_.finish();
    if (summary_.entries != entries) {
        throw Error(ErrorCode::Corruption, concat("manifest is damaged: expected ", entries,
                                                  " entries, got ", summary_.entries));
    }
    summary_.content = digests.content;
    summary_.digest = std::move(digests.wandb);
    return std::move(summary_);
}

ManifestSummary summarize(const Manifest& manifest,
                          const std::function<void(const ItemView&)>& visit) {
    ManifestSummarizer summarizer;
    ItemMerge items(layers_of(manifest));
    while (const ItemView* item = items.next()) {
        if (item->fields.is_tombstone) {
            continue;
        }
        summarizer.add(item->path, item->fields);
        if (visit) {
            visit(*item);
        }
    }
    return summarizer.finish(manifest.size());
}

std::optional<BaseManifest> find_present_manifest(OpenStore& store, const Sha256& content,
                                                  std::uint64_t epoch) {
    if (!store.reads->manifests.present(content, epoch)) {
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
        segment.add_removal(pair.path);
    }
}

namespace {

StagedSegment stage_difference(OpenStore& store, StagedDraft& draft, const Manifest& base,
                               const Manifest& wanted) {
    SegmentStaging segment(store, draft);
    for_each_difference(base, wanted, [&](const ItemPair& pair) { add_difference(segment, pair); });
    return segment.finish();
}

/// Layers as one segment. Removals stay unless nothing older is left for them to hide.
enum class Removals { keep, drop };
StagedSegment stage_merged(OpenStore& store, StagedDraft& draft, Layers layers, Removals removals) {
    SegmentStaging segment(store, draft);
    ItemMerge items(std::move(layers));
    while (const ItemView* item = items.next()) {
        if (removals == Removals::keep || !item->fields.is_tombstone) {
            segment.add(item->path, item->fields.bytes);
        }
    }
    return segment.finish();
}

/// The segments of a manifest as its file lists them.
std::vector<ManifestFile::Segment> segments_of(OpenStore& store, const ManifestRow& row) {
    const std::string text = read_file(store.layout.manifest(row.content, row.file.name));
    return ManifestFile::parse(text).segments;
}

/// Puts the new segment in front of those of the base, and makes one of all that should merge with
/// it. Gives the new segment as it is then.
StagedSegment merge_segments(OpenStore& store, StagedDraft& draft, const Manifest& wanted,
                             const BaseManifest& base, StagedSegment newest,
                             std::vector<ManifestFile::Segment>& segments) {
    std::vector<std::uint64_t> sizes{newest.file.size};
    for (const ManifestFile::Segment& segment : segments) {
        sizes.push_back(segment.size);
    }
    const std::size_t count = segments_to_merge(sizes);
    if (count == 1) {
        return newest;
    }
    const auto merged = static_cast<std::ptrdiff_t>(count - 1);
    Layers layers = layers_of(wanted);
    if (count < sizes.size()) {
        const Layers older = layers_of(base.manifest);
        layers.assign(older.begin(), older.begin() + merged);
        layers.insert(layers.begin(), std::make_shared<const SegmentReader>(newest.file.path));
    }
    segments.erase(segments.begin(), segments.begin() + merged);
    StagedSegment result = stage_merged(store, draft, std::move(layers),
                                        segments.empty() ? Removals::drop : Removals::keep);
    store.files().remove(newest.file.path);
    return result;
}

} // namespace

ManifestPlan plan_manifest(OpenStore& store, StagedDraft& draft, const Manifest& wanted,
                           const ManifestSummary& summary, const std::optional<BaseManifest>& base,
                           std::optional<StagedSegment> difference) {
    if (auto present = find_present_manifest(store, summary.content, draft.epoch())) {
        if (difference) {
            store.files().remove(difference->file.path);
        }
        return {std::move(present->row), std::move(present->manifest), std::nullopt, std::nullopt};
    }
    StagedSegment segment =
        difference ? *std::move(difference)
                   : stage_difference(store, draft, base ? base->manifest : Manifest(), wanted);
    ManifestFile file{summary.content, summary.entries, {}};
    if (base) {
        file.segments = segments_of(store, base->row);
        segment = merge_segments(store, draft, wanted, *base, std::move(segment), file.segments);
    }
    file.segments.insert(file.segments.begin(),
                         {segment.file.sha256, segment.file.size, segment.items});
    ManifestPlan plan;
    plan.manifest = wanted;
    plan.segment = std::move(segment.file);
    const std::string text = file.render();
    plan.file = {sha256_of(text), text.size(), draft.stage_file(text)};
    plan.row = {
        summary.content, {0, FileKind::manifest, plan.file->sha256, plan.file->size, std::nullopt},
        summary.entries, summary.logical_bytes,
        summary.digest,  {}};
    for (const ManifestFile::Segment& item : file.segments) {
        plan.row.segments.push_back(item.object);
    }
    return plan;
}

} // namespace vitrine
