// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace vitrine {

/// The entries of a draft: those that it started with, without what was taken away, and over
/// them what was added. One thread at a time, but for find_in_base; a manifest taken from it does
/// not change any more.
class DraftEntries {
public:
    explicit DraftEntries(Manifest base);

    std::optional<Entry> find(std::string_view path) const;
    /// What the draft started with at a path: the slow part of find, which any thread may do at any
    /// time.
    std::optional<Entry> find_in_base(std::string_view path) const { return base_.find(path); }
    /// As find, where find_in_base was asked before.
    std::optional<Entry> find(std::string_view path, const std::optional<Entry>& in_base) const;
    /// The entry if it was added in this draft, else null. Valid until the next change.
    const Entry* find_added(std::string_view path) const;

    /// Adds, or replaces where find gives something.
    void put(Entry entry);
    /// The same where it is known whether find gives something.
    void put(Entry entry, bool is_there);
    /// Takes an entry away; false if it was not there.
    bool erase(std::string_view path);

    /// The entries as they are now. Shares them: costs nothing until the next change, which copies
    /// what was added if the manifest still lives.
    Manifest manifest() const;

private:
    struct Overlay {
        std::map<std::string, Entry, std::less<>> added;
        std::set<std::string, std::less<>> removed; ///< paths of the base
        std::uint64_t count = 0;
    };
    class Storage;
    class Cursor;

    /// What covers the base at a path: an entry that was added, or nothing if it was removed.
    /// Empty where the base is to be asked.
    static std::optional<std::optional<Entry>> find_over_base(const Overlay& overlay,
                                                              std::string_view path);
    Overlay& changeable();

    Manifest base_;
    std::shared_ptr<Overlay> overlay_;
};

} // namespace vitrine
