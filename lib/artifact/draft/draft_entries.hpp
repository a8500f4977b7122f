// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include "manifest/item_table.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// The entries of a draft: the manifest of the base version, and over it a table of what was added
/// and removed. One thread at a time, except find_in_base. A manifest that it returned does not
/// change.
class DraftEntries {
public:
    explicit DraftEntries(Manifest base);

    std::optional<Entry> find(std::string_view path) const;
    /// The entry of the base version at a path: the slow part of find. Safe to call from any
    /// thread.
    std::optional<Entry> find_in_base(std::string_view path) const { return base_.find(path); }
    /// As find, with the result of find_in_base.
    std::optional<Entry> find(std::string_view path, const std::optional<Entry>& in_base) const;
    /// The entry if it was added in this draft.
    std::optional<Entry> find_added(std::string_view path) const;

    /// Adds the entry, or replaces the one at its path.
    void put(const Entry& entry);
    /// The same if it is known whether the path has an entry.
    void put(const Entry& entry, bool is_there);
    /// Removes an entry. Returns false if there is none.
    bool erase(std::string_view path);

    /// The entries as they are now: the table over the layers of the base version. It shares both,
    /// so it costs nothing until the next change, which copies the table's index if the manifest
    /// still exists.
    Manifest manifest() const;

private:
    /// The change at a path: an entry if one was added, an empty inner optional if it was removed.
    /// Nothing if there is no change, so that the base decides.
    std::optional<std::optional<Entry>> find_over_base(std::string_view path) const;
    ItemTable& changeable();

    Manifest base_;
    std::shared_ptr<ItemTable> changes_;
    std::uint64_t count_;
};

} // namespace vitrine
