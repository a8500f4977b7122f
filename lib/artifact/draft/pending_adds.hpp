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

/// The entries that one call adds to a draft: collected without the draft's lock, then added all or
/// none.
struct PendingAdds {
    struct Item {
        Entry entry;
        /// A file that a value adds, not one that the user named: it must not replace an entry that
        /// other values need.
        bool implicit = false;
        /// The path was free, or had equal content, when it was chosen. If that has changed, the
        /// call starts over and chooses another path.
        bool shared = false;
    };

    std::map<std::string, Item, std::less<>> items; ///< by path
    /// Local file -> entry path.
    std::vector<std::pair<std::string, std::string>> local_paths;
    /// Identity of a value -> path of its JSON.
    std::vector<std::pair<std::uint64_t, std::string>> identities;

    /// Throws: AlreadyExists if the path has other content here.
    void put(Item item);
};

/// Returns whether two entries of one path have the same content: bytes and annotations.
bool same_content(const Entry& a, const Entry& b);

/// Returns whether `a` holds more of the same content than `b`: stored bytes are more than a
/// reference to an artifact, and that is more than another reference. The entry that holds more is
/// kept, so that the order of two calls does not matter.
bool says_more(const Entry& a, const Entry& b);

/// "cannot add the same path twice: '...'"
[[noreturn]] void throw_same_path(const std::string& path);

} // namespace vitrine
