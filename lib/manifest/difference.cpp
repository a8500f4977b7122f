// SPDX-License-Identifier: MIT
#include "manifest/difference.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

/// The layers of two manifests, parted at the longest tail, counted from the oldest, that both
/// have.
struct PairWalk::Split {
    Layers before;
    Layers after;
    Layers shared;

    Split(const Manifest& before_manifest, const Manifest& after_manifest)
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

PairWalk::PairWalk(const Manifest& before, const Manifest& after, Paths paths)
    : PairWalk(Split(before, after), paths) {}

PairWalk::PairWalk(Split split, Paths paths)
    : before_(std::move(split.before)), after_(std::move(split.after)),
      shared_(std::move(split.shared)), paths_(paths) {}

/// Takes the next path of any side. False at the end.
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
    if (least == nullptr) {
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
        return item == nullptr || item->fields.removed ? nullptr : &item->fields;
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

ManifestChanges count_changes(const Manifest& before, const Manifest& after) {
    ManifestChanges changes;
    if (before.size() == 0) {
        changes.added = after.size();
        return changes;
    }
    for_each_difference(before, after, [&](const ItemPair& pair) {
        ++(pair.before == nullptr  ? changes.added
           : pair.after == nullptr ? changes.removed
                                   : changes.changed);
    });
    return changes;
}

} // namespace vitrine
