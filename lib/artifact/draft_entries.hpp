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
/// them what was added. One thread at a time; a manifest taken from it does not change any more.
class DraftEntries {
public:
    explicit DraftEntries(Manifest base);

    std::optional<Entry> find(std::string_view path) const;
    /// The entry if it was added in this draft, else null. Valid until the next change.
    const Entry* find_added(std::string_view path) const;

    /// Adds or replaces.
    void put(Entry entry);
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

    static std::optional<Entry> find_in(const Manifest& base, const Overlay& overlay,
                                        std::string_view path);
    Overlay& changeable();

    Manifest base_;
    std::shared_ptr<Overlay> overlay_;
};

} // namespace vitrine
