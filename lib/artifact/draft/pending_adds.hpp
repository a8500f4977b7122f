// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/manifest/entry.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

/// What one call wants to add to a draft: prepared without the draft's lock, then put in as a
/// whole or not at all.
struct PendingAdds {
    struct Item {
        Entry entry;
        /// A file that a value brings, not one that the user named: it may not take the place of
        /// an entry that other values need.
        bool implicit = false;
        /// Put at a path that was free or equal when it was looked at; where that is not so any
        /// more, the call starts over and takes another path.
        bool shared = false;
    };

    std::map<std::string, Item, std::less<>> items; ///< by path
    /// Local file -> entry path.
    std::vector<std::pair<std::string, std::string>> local_paths;
    /// Identity of a value -> path of its JSON.
    std::vector<std::pair<std::uint64_t, std::string>> identities;

    /// Throws: AlreadyExists if the path is taken here by other content.
    void put(Item item);
};

/// Whether two entries of one path stand for the same content: bytes and notes.
bool same_content(const Entry& a, const Entry& b);

/// Whether `a` says more of the same content than `b`: bytes of one's own are more than a reference
/// into an artifact, that more than one to somewhere else. So it does not matter which of two
/// calls comes first.
bool says_more(const Entry& a, const Entry& b);

/// "cannot add the same path twice: '...'"
[[noreturn]] void throw_same_path(const std::string& path);

} // namespace vitrine
