// SPDX-License-Identifier: MIT
#include "engine/manifest_plan.hpp"

#include "manifest/manifest_digest.hpp"
#include "manifest/run_file.hpp"

#include <utility>

namespace vitrine {

namespace {

/// A look-up reads a block of each run.
constexpr std::size_t kMaxRuns = 16;

} // namespace

std::uint64_t logical_size(const Entry& entry) {
    return entry.object ? entry.object_size : entry.size.value_or(0);
}

ManifestSummary summarize(const Manifest& manifest,
                          const std::function<void(const Entry&)>& visit) {
    ManifestSummary summary;
    ManifestDigester digester;
    for (const Entry& entry : manifest.entries()) {
        digester.add(entry);
        ++summary.entries;
        summary.logical_bytes += logical_size(entry);
        if (visit) {
            visit(entry);
        }
    }
    ManifestDigester::Result digests = digester.finish();
    summary.content = digests.content;
    summary.digest = std::move(digests.wandb);
    return summary;
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

namespace {

struct Run {
    std::string bytes;
    std::uint64_t items = 0;
};

/// Nothing if it would hold more than half as many items as the whole manifest.
std::optional<Run> difference_run(const Manifest& base, const Manifest& wanted) {
    Run run;
    RunWriter writer;
    const std::uint64_t limit = wanted.size() / 2;
    difference(base, wanted, [&](const RunItem& item) {
        if (++run.items <= limit) {
            writer.add(item);
        }
    });
    if (run.items > limit) {
        return std::nullopt;
    }
    run.bytes = writer.finish();
    return run;
}

Run full_run(const Manifest& wanted) {
    Run run;
    RunWriter writer;
    for (const Entry& entry : wanted.entries()) {
        writer.add({entry.path.str(), entry});
        ++run.items;
    }
    run.bytes = writer.finish();
    return run;
}

StagedFile stage(StagedDraft& draft, std::string_view bytes) {
    return {sha256_of(bytes), bytes.size(), draft.stage_file(bytes)};
}

/// The runs of a manifest as its file lists them.
std::vector<ManifestFile::Run> runs_of(OpenStore& store, const ManifestRow& row) {
    const std::string text = read_file(store.layout.manifest(row.content, row.file.name));
    return ManifestFile::parse(text).runs;
}

} // namespace

ManifestPlan plan_manifest(OpenStore& store, StagedDraft& draft, const Manifest& wanted,
                           const ManifestSummary& summary,
                           const std::optional<BaseManifest>& base) {
    if (auto present = find_present_manifest(store, summary.content, draft.epoch())) {
        return {std::move(present->row), std::move(present->manifest), std::nullopt, std::nullopt};
    }
    ManifestFile file{summary.content, summary.entries, {}};
    std::optional<Run> run;
    if (base && base->row.runs.size() < kMaxRuns) {
        run = difference_run(base->manifest, wanted);
    }
    if (run) {
        file.runs = runs_of(store, base->row);
    } else {
        run = full_run(wanted);
    }
    ManifestPlan plan;
    plan.manifest = wanted;
    plan.run = stage(draft, run->bytes);
    file.runs.insert(file.runs.begin(), {plan.run->sha256, plan.run->size, run->items});
    plan.file = stage(draft, file.render());
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
