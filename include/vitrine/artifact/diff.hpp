// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/manifest/entry.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// One path at which two artifacts differ.
struct EntryDifference {
    std::optional<Entry> before; ///< absent: added
    std::optional<Entry> after;  ///< absent: removed

    /// The paths of the JSON of the values that the entry belongs to, sorted: of a value's JSON its
    /// own, of a file those of the values that name it, as far as these differ too. A plain file
    /// belongs to none.
    std::vector<std::string> values = {};

    const std::string& path() const { return (after ? after : before)->path.str(); }
};

/// Calls `visit` for each path at which two artifacts differ, in path order. Of two versions of one
/// store it reads what they do not share, so it takes as long as they differ, not as long as they
/// are.
///
/// Entries are equal if all their fields are, as far as both sides know them: a folder does not
/// know the SHA-256 of its files, and an entry's MD5 says the same.
///
/// Throws: Corruption, IoError; what `visit` throws.
VITRINE_EXPORT void for_each_difference(const Artifact& before, const Artifact& after,
                                        const std::function<void(const EntryDifference&)>& visit);

} // namespace vitrine
