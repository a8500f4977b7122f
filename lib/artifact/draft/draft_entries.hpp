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

/// The entries of a draft: those that it started with, which stay where they are, and over them a
/// table of what was added and what was taken away. One thread at a time, but for find_in_base; a
/// manifest taken from it does not change any more.
class DraftEntries {
public:
    explicit DraftEntries(Manifest base);

    std::optional<Entry> find(std::string_view path) const;
    /// What the draft started with at a path: the slow part of find, which any thread may do at any
    /// time.
    std::optional<Entry> find_in_base(std::string_view path) const { return base_.find(path); }
    /// As find, where find_in_base was asked before.
    std::optional<Entry> find(std::string_view path, const std::optional<Entry>& in_base) const;
    /// The entry if it was added in this draft.
    std::optional<Entry> find_added(std::string_view path) const;

    /// Adds, or replaces where find gives something.
    void put(const Entry& entry);
    /// The same where it is known whether find gives something.
    void put(const Entry& entry, bool is_there);
    /// Takes an entry away; false if it was not there.
    bool erase(std::string_view path);

    /// The entries as they are now: the table over the layers of what the draft started with.
    /// Shares them: costs nothing until the next change, which copies the table's index if the
    /// manifest still lives.
    Manifest manifest() const;

private:
    /// What covers the base at a path: an entry that was added, or nothing if it was removed.
    /// Empty where the base is to be asked.
    std::optional<std::optional<Entry>> find_over_base(std::string_view path) const;
    ItemTable& changeable();

    Manifest base_;
    std::shared_ptr<ItemTable> changes_;
    std::uint64_t count_;
};

} // namespace vitrine
