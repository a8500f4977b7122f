// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "artifact/draft/draft.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vitrine {

/// False if only shared paths are taken; throws if another one is.
bool ArtifactBuilder::Draft::has_free_paths(const PendingAdds& pending) const {
    bool is_free = true;
    for (const auto& [path, item] : pending.items) {
        const auto added = entries_.find_added(path);
        if (!added || same_content(*added, item.entry)) {
            continue;
        }
        if (!item.shared) {
            throw_same_path(path);
        }
        is_free = false;
    }
    return is_free;
}

ArtifactBuilder::Draft::Replacement ArtifactBuilder::Draft::replaced_by(const PendingAdds& pending,
                                                                        const There& there) const {
    Replacement replaced;
    std::size_t i = 0;
    for (const auto& [path, item] : pending.items) {
        const std::optional<Entry>& old = there[i++];
        if (!old || same_content(*old, item.entry)) {
            continue;
        }
        if (old->value_type) {
            replaced.names.push_back(names_of(*old));
        }
        if (item.implicit) {
            replaced.overridden.push_back(path);
        }
    }
    return replaced;
}

std::vector<std::string> ArtifactBuilder::Draft::release(const Replacement& replaced) {
    std::vector<std::string> unused;
    if (replaced.names.empty() && replaced.overridden.empty()) {
        return unused;
    }
    require_uses();
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
    return unused;
}

void ArtifactBuilder::Draft::put_locked(const PendingAdds::Item& item,
                                        const std::optional<Entry>& there) {
    if (there && same_content(*there, item.entry) && !says_more(item.entry, *there)) {
        // What the draft started with counts as added from now on: it is taken.
        if (!entries_.find_added(item.entry.path.str())) {
            entries_.put(*there, true);
        }
        return;
    }
    entries_.put(item.entry, there.has_value());
    if (uses_ && item.entry.value_type) {
        uses_->add(names_of(item.entry));
    }
}

bool ArtifactBuilder::Draft::apply(const PendingAdds& pending) {
    // Looking into the base reads from disk; it does not change, so this needs no lock.
    There there;
    there.reserve(pending.items.size());
    for (const auto& [path, item] : pending.items) {
        there.push_back(entries_.find_in_base(path));
    }
    const std::lock_guard lock(mutex_);
    if (!has_free_paths(pending)) {
        return false;
    }
    std::size_t i = 0;
    for (const auto& [path, item] : pending.items) {
        there[i] = entries_.find(path, there[i]);
        ++i;
    }
    std::vector<std::string> unused = release(replaced_by(pending, there));
    i = 0;
    for (const auto& [path, item] : pending.items) {
        put_locked(item, there[i++]);
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
