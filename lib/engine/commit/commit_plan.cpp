// SPDX-License-Identifier: MIT
#include "engine/commit/commit_plan.hpp"

#include "manifest/difference.hpp"

#include <utility>

namespace vitrine {

namespace {

CommitBase find_base(const DraftStaging& draft, const CommitRequest& request) {
    CommitBase base;
    // The draft's lease is older than this look-up, so it protects what is found.
    base.row = request.base ? request.base->record()
                            : draft.store().reads->versions.find_latest(request.name);
    if (base.row) {
        base.manifest = find_present_manifest(draft, base.row->content);
    }
    return base;
}

/// The manifest beside which the draft's entries are walked.
Manifest compared_with(const CommitBase& base, const CommitRequest& request) {
    if (base.manifest) {
        return base.manifest->manifest;
    }
    return request.base ? request.base->manifest() : Manifest();
}

/// What one walk of the draft's entries beside those of the base finds. It reads no bytes of
/// entries.
struct DraftWalk {
    DraftSummary summary;
    NewReferences references;
    std::optional<StagedSegment> difference; ///< to the base, or to an empty manifest
};

DraftWalk walk_draft(DraftStaging& draft, const CommitRequest& request, const CommitBase& base) {
    DraftSummary summary;
    NewReferences references(request);
    ManifestSummarizer summarizer;
    SegmentStaging difference(draft);
    PairWalk pairs(compared_with(base, request), request.manifest, PairWalk::Paths::all);
    while (const ItemPair* pair = pairs.next()) {
        references.add(*pair);
        const auto object = pair->after == nullptr ? std::nullopt : pair->after->object_digest();
        if (pair->after != nullptr) {
            summarizer.add(pair->path, *pair->after);
        }
        const auto staged = object ? draft.objects().find(*object) : std::nullopt;
        if (staged && summary.staged.insert(*object).second && !staged->packed) {
            summary.loose.push_back(*object);
        }
        if (pair->differs()) {
            add_difference(difference, *pair);
            if (object && !summary.staged.contains(*object)) {
                summary.new_objects.push_back(*object);
            }
        }
    }
    summary.manifest = summarizer.finish(request.manifest.size());
    std::optional<StagedSegment> segment = difference.finish();
    if (request.base && !base.manifest) {
        // It is a difference to a manifest whose segments cannot be reused.
        draft.store().files().remove(segment->file.path);
        segment.reset();
    }
    return {std::move(summary), std::move(references), std::move(segment)};
}

} // namespace

CommitPlan plan_commit(DraftStaging& draft, const CommitRequest& request) {
    CommitBase base = find_base(draft, request);
    DraftWalk walk = walk_draft(draft, request, base);
    std::vector<DependencyPlan> dependencies =
        plan_dependencies(draft, request, std::move(walk.references));
    ManifestPlan manifest = plan_manifest(draft, request.manifest, walk.summary.manifest,
                                          base.manifest, std::move(walk.difference));
    return {std::move(base), std::move(walk.summary), std::move(manifest), std::move(dependencies)};
}

} // namespace vitrine
