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

/// One path at which two artifacts differ. At least one of `before` and `after` is there; both are
/// if the entry was changed.
struct EntryDifference {
    std::optional<Entry> before; ///< empty if the entry was added
    std::optional<Entry> after;  ///< empty if the entry was removed

    /// The values that the entry belongs to: the paths of their JSON, sorted, each once. The JSON
    /// of a value belongs to that value; a media file belongs to the values that name it. Only
    /// values whose JSON differs too are listed: a media file's path depends on its bytes, so the
    /// JSON changes with it. Empty for a plain file.
    std::vector<std::string> values = {};

    /// The path, which is the same before and after. Valid while this object lives.
    const std::string& path() const { return (after ? after : before)->path.str(); }
};

/// Calls `visit` once for each path at which two artifacts differ, in path order (by bytes), from
/// the calling thread. Each of them may be a version of any store or a folder. An exception from
/// `visit` ends the walk and is passed on.
///
/// Two versions of one store share the parts of their manifests that are equal, and these are
/// skipped: the cost grows with the difference, not with the number of entries. The manifests are
/// read twice, and the JSON of each value that differs is read to find the files that it names.
/// Other files are not read.
///
/// Two entries are equal if all fields are equal that both sides have. A file of a folder without a
/// `wandb_manifest.json` has only a path, an MD5 and a size: it equals an entry with that MD5. If
/// both sides have a SHA-256, it decides.
///
/// Throws: Corruption if a manifest or a value's JSON is damaged; InvalidFormat if a value's JSON
/// is malformed; IoError; DatabaseError; as Artifact::manifest; what `visit` throws.
VITRINE_EXPORT void for_each_difference(const Artifact& before, const Artifact& after,
                                        const std::function<void(const EntryDifference&)>& visit);

} // namespace vitrine
