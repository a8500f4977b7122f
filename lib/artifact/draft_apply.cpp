// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "artifact/draft.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

/// What a call replaces of the entries that the draft started with.
struct ArtifactBuilder::Draft::Replacement {
    /// Names in the JSON of values that are replaced, value by value.
    std::vector<std::vector<std::string>> names;
    /// Paths at which a value's own file would take the place of other bytes.
    std::vector<std::string> overridden;
};

void ArtifactBuilder::Draft::require_free_paths(const PendingAdds& pending, bool& retry) const {
    for (const auto& [path, item] : pending.items) {
        const Entry* added = entries_.find_added(path);
        if (added == nullptr || same_content(*added, item.entry)) {
            continue;
        }
        if (!item.shared) {
            throw_same_path(path);
        }
        retry = true;
    }
}

void ArtifactBuilder::Draft::put_locked(const PendingAdds::Item& item) {
    const auto there = entries_.find(item.entry.path.str());
    if (there && same_content(*there, item.entry) && !says_more(item.entry, *there)) {
        // What the draft started with counts as added from now on: it is taken.
        if (entries_.find_added(item.entry.path.str()) == nullptr) {
            entries_.put(*there);
        }
        return;
    }
    entries_.put(item.entry);
    if (uses_ && item.entry.value_type) {
        uses_->add(item.json ? paths_in_json(*item.json) : names_of(item.entry));
    }
}

bool ArtifactBuilder::Draft::apply(const PendingAdds& pending) {
    const std::lock_guard lock(mutex_);
    bool retry = false;
    require_free_paths(pending, retry);
    if (retry) {
        return false;
    }
    Replacement replaced;
    for (const auto& [path, item] : pending.items) {
        const auto there = entries_.find(path);
        if (!there || same_content(*there, item.entry)) {
            continue;
        }
        if (there->value_type) {
            replaced.names.push_back(names_of(*there));
        }
        if (item.implicit) {
            replaced.overridden.push_back(path);
        }
    }
    if (!replaced.names.empty() || !replaced.overridden.empty()) {
        require_uses();
    }
    std::vector<std::string> unused;
    for (const auto& names : replaced.names) {
        std::ranges::move(uses_->remove(names), std::back_inserter(unused));
    }
    for (const std::string& path : replaced.overridden) {
        if (uses_->count(path) > 0) {
            for (const auto& names : replaced.names) {
                uses_->add(names);
            }
            throw_same_path(path);
        }
    }
    for (const auto& [path, item] : pending.items) {
        put_locked(item);
    }
    for (const auto& [local_path, path] : pending.local_paths) {
        local_paths_.add_file(local_path, path);
    }
    for (const auto& [identity, path] : pending.identities) {
        identities_[identity] = {path, pending.items.find(path)->second.entry.digest};
    }
    sweep_locked(std::move(unused), {});
    return true;
}

Entry ArtifactBuilder::Draft::apply_one(Entry entry, const std::string* local_path) {
    PendingAdds pending;
    const std::string path = entry.path.str();
    pending.put({.entry = entry});
    if (local_path != nullptr) {
        pending.local_paths.emplace_back(*local_path, path);
    }
    apply(pending);
    return entry;
}

} // namespace vitrine
