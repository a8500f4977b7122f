// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

/// The options of Store::remove.
struct RemoveOptions {
    bool dry_run = false; ///< changes nothing and reports what would be removed
    /// Refuses to remove a version that has an alias other than "latest". A dry run does not look
    /// at it.
    bool keep_aliased = false;
};

/// See Store::remove.
struct RemoveReport {
    std::vector<std::string> versions; ///< removed, or to be removed by a dry run: "name:v3"
    std::uint64_t bytes = 0;           ///< of objects that only they reference; gc deletes them
    /// The aliases that go with them, except "latest": (alias, "name:v3").
    std::vector<std::pair<std::string, std::string>> aliases = {};
};

/// A file that gc deletes, or would delete.
struct GcFile {
    /// What the file contains.
    enum class Kind {
        Object,        ///< the bytes of a file, or a segment of manifests, in a file of its own
        Manifest,      ///< the list of the segments of one manifest
        Pack,          ///< many small objects
        UntrackedFile, ///< a crash left it, and no row of the catalogue names it
        Leftover [[deprecated("use UntrackedFile")]] = UntrackedFile,
    };
    Kind kind = Kind::Object;
    std::string digest;      ///< the name of the file: a SHA-256 as 64 lower-case hex digits
    std::uint64_t bytes = 0; ///< its size
    bool waits = false; ///< an open reader or draft may still need it, so it is not deleted yet
    bool moves = false; ///< its live objects are copied to a new pack first
};

/// The options of Store::gc.
struct GcOptions {
    /// Changes nothing and reports what a gc would do. Works on a store that was opened read-only.
    bool dry_run = false;
    ProgressOptions progress = {};
    /// Called for each file that is deleted; in a dry run, for each file that would be deleted or
    /// would wait. Calls do not overlap. An exception that it throws ends the gc. May be empty.
    std::function<void(const GcFile&)> visit = {};
};

/// What gc did, or what it would do in a dry run; see Store::gc. All sizes are in bytes.
struct GcReport {
    std::uint64_t freed_files = 0;    ///< files deleted: loose objects, packs, manifests
    std::uint64_t freed_bytes = 0;    ///< sum of their sizes
    std::uint64_t waiting_files = 0;  ///< unreferenced files that open readers or drafts may need
    std::uint64_t waiting_bytes = 0;  ///< sum of their sizes
    std::uint64_t readers = 0;        ///< number of leases that these files wait for
    std::uint64_t packed_objects = 0; ///< live objects copied into new packs
    std::uint64_t packed_bytes = 0;   ///< sum of their sizes
    /// Damaged objects that could not be copied and stay where they are: SHA-256 as 64 lower-case
    /// hex digits.
    std::vector<std::string> damaged;
};

} // namespace vitrine
