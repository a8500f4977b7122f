// SPDX-License-Identifier: MIT
#include "engine/manifest_plan.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/run_tiers.hpp"
#include "manifest/run_file.hpp"

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
        if (item->fields.removed) {
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
    if (!store.reads->manifest_present(content, epoch)) {
        return std::nullopt;
    }
    ManifestRow row = require_manifest(*store.reads, content);
    Manifest manifest = store.runs.open(*store.reads, row);
    return BaseManifest{std::move(row), std::move(manifest)};
}

void add_difference(RunStaging& run, const ItemPair& pair) {
    if (pair.after != nullptr) {
        run.add(pair.path, pair.after->bytes);
    } else {
        run.add_removal(pair.path);
    }
}

namespace {

StagedRun stage_difference(OpenStore& store, StagedDraft& draft, const Manifest& base,
                           const Manifest& wanted) {
    RunStaging run(store, draft);
    for_each_difference(base, wanted, [&](const ItemPair& pair) { add_difference(run, pair); });
    return run.finish();
}

/// Layers as one run. Removals stay unless nothing older is left for them to hide.
enum class Removals { keep, drop };
StagedRun stage_merged(OpenStore& store, StagedDraft& draft, Layers layers, Removals removals) {
    RunStaging run(store, draft);
    ItemMerge items(std::move(layers));
    while (const ItemView* item = items.next()) {
        if (removals == Removals::keep || !item->fields.removed) {
            run.add(item->path, item->fields.bytes);
        }
    }
    return run.finish();
}

/// The runs of a manifest as its file lists them.
std::vector<ManifestFile::Run> runs_of(OpenStore& store, const ManifestRow& row) {
    const std::string text = read_file(store.layout.manifest(row.content, row.file.name));
    return ManifestFile::parse(text).runs;
}

/// Puts the new run in front of those of the base, and makes one of all that should merge with it.
/// Gives the new run as it is then.
StagedRun merge_runs(OpenStore& store, StagedDraft& draft, const Manifest& wanted,
                     const BaseManifest& base, StagedRun newest,
                     std::vector<ManifestFile::Run>& runs) {
    std::vector<std::uint64_t> sizes{newest.file.size};
    for (const ManifestFile::Run& run : runs) {
        sizes.push_back(run.size);
    }
    const std::size_t count = runs_to_merge(sizes);
    if (count == 1) {
        return newest;
    }
    const auto merged = static_cast<std::ptrdiff_t>(count - 1);
    Layers layers = layers_of(wanted);
    if (count < sizes.size()) {
        const Layers older = layers_of(base.manifest);
        layers.assign(older.begin(), older.begin() + merged);
        layers.insert(layers.begin(), std::make_shared<const RunReader>(newest.file.path));
    }
    runs.erase(runs.begin(), runs.begin() + merged);
    StagedRun result = stage_merged(store, draft, std::move(layers),
                                    runs.empty() ? Removals::drop : Removals::keep);
    store.files().remove(newest.file.path);
    return result;
}

} // namespace

ManifestPlan plan_manifest(OpenStore& store, StagedDraft& draft, const Manifest& wanted,
                           const ManifestSummary& summary, const std::optional<BaseManifest>& base,
                           std::optional<StagedRun> difference) {
    if (auto present = find_present_manifest(store, summary.content, draft.epoch())) {
        if (difference) {
            store.files().remove(difference->file.path);
        }
        return {std::move(present->row), std::move(present->manifest), std::nullopt, std::nullopt};
    }
    StagedRun run =
        difference ? *std::move(difference)
                   : stage_difference(store, draft, base ? base->manifest : Manifest(), wanted);
    ManifestFile file{summary.content, summary.entries, {}};
    if (base) {
        file.runs = runs_of(store, base->row);
        run = merge_runs(store, draft, wanted, *base, std::move(run), file.runs);
    }
    file.runs.insert(file.runs.begin(), {run.file.sha256, run.file.size, run.items});
    ManifestPlan plan;
    plan.manifest = wanted;
    plan.run = std::move(run.file);
    const std::string text = file.render();
    plan.file = {sha256_of(text), text.size(), draft.stage_file(text)};
    plan.row = {
        summary.content, {0, FileKind::manifest, plan.file->sha256, plan.file->size, std::nullopt},
        summary.entries, summary.logical_bytes,
        summary.digest,  {}};
    for (const ManifestFile::Run& item : file.runs) {
        plan.row.runs.push_back(item.object);
    }
    return plan;
}

} // namespace vitrine
