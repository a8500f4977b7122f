// SPDX-License-Identifier: MIT
#include "manifest/difference.hpp"

#include "core/parallel.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

/// The layers of two manifests, split into the longest common tail (the oldest layers) and the
/// rest of each.
struct SplitLayers {
    Layers before;
    Layers after;
    Layers shared;

    SplitLayers(const Manifest& before_manifest, const Manifest& after_manifest)
        : before(layers_of(before_manifest)), after(layers_of(after_manifest)) {
        const auto same = [](const auto& a, const auto& b) {
            return a == b || a->identity() == b->identity();
        };
        const auto [end, unused] =
            std::mismatch(before.rbegin(), before.rend(), after.rbegin(), after.rend(), same);
        const auto count = end - before.rbegin();
        shared.assign(before.end() - count, before.end());
        before.resize(before.size() - shared.size());
        after.resize(after.size() - shared.size());
    }
};

const ItemView* PairWalk::Side::at(std::string_view path) {
    if (item == nullptr || item->path != path) {
        return nullptr;
    }
    used = true;
    return item;
}

PairWalk::PairWalk(const Manifest& before, const Manifest& after, Paths paths, PathRange range)
    : PairWalk(SplitLayers(before, after), paths, std::move(range)) {}

PairWalk::PairWalk(SplitLayers layers, Paths paths, PathRange range)
    : before_(std::move(layers.before), range.first), after_(std::move(layers.after), range.first),
      shared_(std::move(layers.shared), range.first), paths_(paths), end_(std::move(range.end)) {}

/// Moves to the next path of any side. False at the end.
bool PairWalk::step() {
    const bool all = paths_ == Paths::all;
    for (Side* side : {&before_, &after_, &shared_}) {
        if (side->used && (all || side != &shared_)) {
            side->item = side->items.next();
            side->used = false;
        }
    }
    const ItemView* least = nullptr;
    for (const Side* side : {&before_, &after_, &shared_}) {
        const bool counts = side->item != nullptr && (all || side != &shared_);
        if (counts && (least == nullptr || side->item->path < least->path)) {
            least = side->item;
        }
    }
    if (least == nullptr || (!end_.empty() && least->path >= end_)) {
        return false;
    }
    const ItemView* before = before_.at(least->path);
    const ItemView* after = after_.at(least->path);
    if (!all && (before == nullptr || after == nullptr)) {
        shared_.item = shared_.items.seek(least->path);
    }
    const ItemView* shared = shared_.at(least->path);
    const auto fields = [&](const ItemView* item) {
        item = item == nullptr ? shared : item;
        return item == nullptr || item->fields.is_tombstone ? nullptr : &item->fields;
    };
    pair_ = {least->path, fields(before), fields(after)};
    return true;
}

const ItemPair* PairWalk::next() {
    while (step()) {
        const bool is_there = pair_.before != nullptr || pair_.after != nullptr;
        if (is_there && (paths_ == Paths::all || pair_.differs())) {
            return &pair_;
        }
    }
    return nullptr;
}

void for_each_difference(const Manifest& before, const Manifest& after,
                         const std::function<void(const ItemPair&)>& visit) {
    PairWalk pairs(before, after, PairWalk::Paths::unlike);
    while (const ItemPair* pair = pairs.next()) {
        visit(*pair);
    }
}

namespace {

/// At most 32 pieces: enough for all cores. Each piece reads a block or two of its neighbour's.
constexpr std::size_t kMaxSplitPoints = 31;

/// Splits all paths of two manifests into ranges with about as many differences each.
std::vector<PathRange> ranges_of(const Manifest& before, const Manifest& after) {
    const SplitLayers layers(before, after);
    const ItemLayer* largest = nullptr;
    for (const Layers* side : {&layers.before, &layers.after}) {
        for (const auto& layer : *side) {
            if (largest == nullptr || layer->items() > largest->items()) {
                largest = layer.get();
            }
        }
    }
    std::vector<PathRange> ranges(1);
    if (largest != nullptr) {
        for (std::string& point : largest->split_points(kMaxSplitPoints)) {
            ranges.back().end = point;
            ranges.push_back({std::move(point), {}});
        }
    }
    return ranges;
}

ManifestChanges count_changes(PairWalk pairs) {
    ManifestChanges changes;
    while (const ItemPair* pair = pairs.next()) {
        ++(pair->before == nullptr  ? changes.added
           : pair->after == nullptr ? changes.removed
                                    : changes.changed);
    }
    return changes;
}

} // namespace

ManifestChanges count_changes(const Manifest& before, const Manifest& after) {
    ManifestChanges changes;
    if (before.size() == 0) {
        changes.added = after.size();
        return changes;
    }
    const std::vector<PathRange> ranges = ranges_of(before, after);
    std::mutex mutex;
    parallel_for(ranges.size(), [&](std::size_t i) {
        const ManifestChanges found =
            count_changes(PairWalk(before, after, PairWalk::Paths::unlike, ranges[i]));
        const std::lock_guard lock(mutex);
        changes.added += found.added;
        changes.changed += found.changed;
        changes.removed += found.removed;
    });
    return changes;
}

} // namespace vitrine
