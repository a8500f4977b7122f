// SPDX-License-Identifier: MIT
#include "artifact/draft/draft_table.hpp"

#include "reference/uri.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vitrine {

Manifest DraftTable::manifest() const {
    const std::lock_guard lock(mutex_);
    return entries_.manifest();
}

std::optional<Entry> DraftTable::find(std::string_view path) const {
    const std::lock_guard lock(mutex_);
    return entries_.find(path);
}

std::optional<Entry> DraftTable::find_added(std::string_view path) const {
    const std::lock_guard lock(mutex_);
    return entries_.find_added(path);
}

std::optional<std::string> DraftTable::find_local(std::string_view local_path,
                                                  const Sha256& bytes) const {
    const std::lock_guard lock(mutex_);
    for (std::string& path : local_paths_.find(local_path)) {
        const auto entry = entries_.find_added(path);
        if (entry && entry->object == bytes) {
            return std::move(path);
        }
    }
    return std::nullopt;
}

std::optional<Entry> DraftTable::find_identity(std::uint64_t identity) const {
    const std::lock_guard lock(mutex_);
    const auto known = identities_.find(identity);
    if (known == identities_.end()) {
        return std::nullopt;
    }
    // It may have been removed since, or another value may have its name.
    auto entry = entries_.find_added(known->second.path);
    return entry && entry->digest == known->second.digest ? std::move(entry) : std::nullopt;
}

bool DraftTable::has_free_paths(const PendingAdds& pending) const {
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

DraftTable::Replacement DraftTable::replaced_by(const PendingAdds& pending,
                                                const There& there) const {
    Replacement replaced;
    std::size_t i = 0;
    for (const auto& [path, item] : pending.items) {
        const std::optional<Entry>& old = there[i++];
        if (!old || same_content(*old, item.entry)) {
            continue;
        }
        if (old->value_type) {
            replaced.names.push_back(files_.names_of(*old));
        }
        if (item.implicit) {
            replaced.overridden.push_back(path);
        }
    }
    return replaced;
}

std::vector<std::string> DraftTable::release(const Replacement& replaced) {
    std::vector<std::string> unused;
    if (replaced.names.empty() && replaced.overridden.empty()) {
        return unused;
    }
    MediaUses& uses = files_.uses(entries_);
    for (const auto& names : replaced.names) {
        std::ranges::move(uses.remove(names), std::back_inserter(unused));
    }
    for (const std::string& path : replaced.overridden) {
        if (uses.count(path) > 0) {
            for (const auto& names : replaced.names) {
                uses.add(names);
            }
            throw_same_path(path);
        }
    }
    return unused;
}

void DraftTable::put(const PendingAdds::Item& item, const std::optional<Entry>& there) {
    if (there && same_content(*there, item.entry) && !says_more(item.entry, *there)) {
        // What the draft started with counts as added from now on: it is taken.
        if (!entries_.find_added(item.entry.path.str())) {
            entries_.put(*there, true);
        }
        return;
    }
    entries_.put(item.entry, there.has_value());
    files_.add(item.entry);
}

bool DraftTable::apply(const PendingAdds& pending) {
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
        put(item, there[i++]);
    }
    for (const auto& [local_path, path] : pending.local_paths) {
        local_paths_.add_file(local_path, path);
    }
    for (const auto& [identity, path] : pending.identities) {
        identities_[identity] = {path, pending.items.find(path)->second.entry.digest};
    }
    sweep(std::move(unused), {});
    return true;
}

Entry DraftTable::apply(Entry entry) {
    PendingAdds pending;
    pending.put({.entry = entry});
    apply(pending);
    return entry;
}

void DraftTable::add_folder(const std::filesystem::path& folder, std::string_view name) {
    const std::lock_guard lock(mutex_);
    local_paths_.add_folder(folder.native(), name);
}

std::uint64_t DraftTable::sweep(std::vector<std::string> unused,
                                const std::vector<std::string_view>& keep) {
    std::uint64_t swept = 0;
    while (!unused.empty()) {
        const std::string path = std::move(unused.back());
        unused.pop_back();
        MediaUses& uses = files_.uses(entries_);
        if (uses.count(path) > 0 || std::ranges::binary_search(keep, path)) {
            continue;
        }
        const auto entry = entries_.find(path);
        if (!entry || !files_.is_file_of_values(*entry)) {
            continue;
        }
        std::ranges::move(uses.remove(files_.names_of(*entry)), std::back_inserter(unused));
        entries_.erase(path);
        ++swept;
    }
    return swept;
}

std::uint64_t DraftTable::erase(const std::vector<Entry>& entries,
                                const std::vector<std::string_view>& keep) {
    std::vector<std::string> unused;
    std::uint64_t erased = 0;
    // The names are counted before the first entry goes.
    MediaUses* uses = std::ranges::any_of(entries, ValueFiles::names_own_files)
                          ? &files_.uses(entries_)
                          : nullptr;
    for (const Entry& entry : entries) {
        if (ValueFiles::names_own_files(entry)) {
            std::ranges::move(uses->remove(files_.names_of(entry)), std::back_inserter(unused));
        }
        erased += entries_.erase(entry.path.str()) ? 1 : 0;
    }
    return erased + sweep(std::move(unused), keep);
}

std::uint64_t DraftTable::remove(std::string_view path) {
    const std::lock_guard lock(mutex_);
    std::vector<Entry> entries;
    if (auto entry = entries_.find(path)) {
        entries.push_back(*std::move(entry));
    } else if (!path.empty()) {
        for (const Entry& below : entries_.manifest().entries(path)) {
            entries.push_back(below);
        }
    }
    return erase(entries, {});
}

void DraftTable::mirror(std::string_view name, std::span<const std::string> files) {
    std::vector<std::string> paths;
    paths.reserve(files.size());
    for (const std::string& file : files) {
        paths.push_back(join_path(name, file));
    }
    std::ranges::sort(paths);
    const std::vector<std::string_view> kept(paths.begin(), paths.end());
    const std::lock_guard lock(mutex_);
    std::vector<Entry> gone;
    for (const Entry& entry : entries_.manifest().entries(name)) {
        if (!std::ranges::binary_search(kept, std::string_view(entry.path.str()))) {
            gone.push_back(entry);
        }
    }
    erase(gone, kept);
}

} // namespace vitrine
