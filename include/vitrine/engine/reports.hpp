// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// Objects of at most so many bytes are packed, unless a store is made with another limit.
inline constexpr std::uint64_t kDefaultPackLimit = std::uint64_t{64} << 10U;
/// The greatest limit that a store can be made with.
inline constexpr std::uint64_t kMaxPackLimit = std::uint64_t{1} << 20U;

/// What a commit promises; chosen when a store is made.
enum class Durability {
    safe, ///< after commit returns, the version survives a power cut
    fast, ///< nothing is flushed: survives the death of the process, not of the machine
};

/// A line of Store::list.
struct ArtifactInfo {
    std::string name;
    std::string type;
    std::uint64_t versions = 0; ///< that live
    std::uint64_t latest = 0;   ///< the highest number that lives
};

/// A line of Store::log.
struct VersionInfo {
    std::string name; ///< without the version
    std::uint64_t version = 0;
    std::string type;
    std::string id;
    std::string digest;
    std::string created_at;
    std::string description;
    std::vector<std::string> aliases; ///< with "latest" where it is that
    std::uint64_t entries = 0;
    std::uint64_t size = 0;               ///< bytes of all its entries
    std::optional<std::uint64_t> base;    ///< the version it was drafted from
    std::optional<std::string> base_name; ///< of the base, if it is of another name
    std::optional<std::string> run;       ///< the id of the run that made it
};

/// A run that uses or makes versions: its id (1 to 128 letters, digits, '_', '-', '.', the first no
/// '.') and where it lies.
struct RunIdentity {
    std::string id;
    std::string directory;
};

/// A version that a run used or made.
struct RunVersion {
    std::string name; ///< without the version
    std::uint64_t version = 0;
    std::string id;
    bool removed = false; ///< it does not live any more
};

/// What a store knows of a run.
struct RunInfo {
    std::string id;
    std::string directory;
    std::string created_at;       ///< when the store first heard of it
    std::vector<RunVersion> used; ///< in the order of their first use
    std::vector<RunVersion> made; ///< in the order of their first commit
};

/// Where a version came from, and what came of it.
struct Lineage {
    /// The run that made it, then those that made the same again.
    std::vector<RunInfo> made_by;
    std::vector<RunInfo> used_by;
};

struct RemoveReport {
    std::vector<std::string> versions; ///< "name:v3"
    std::uint64_t bytes = 0;           ///< that no other version needs; gc frees them
};

/// A file that gc frees, or would.
struct GcFile {
    enum class Kind {
        Object,   ///< the bytes of a file, or a part of a manifest, in a file of their own
        Manifest, ///< which parts make up the manifest of a content
        Pack,     ///< many small objects
        Leftover, ///< what a crash left, which nothing knows
    };
    Kind kind = Kind::Object;
    std::string digest; ///< its name: SHA-256 in hex
    std::uint64_t bytes = 0;
    bool waits = false; ///< for a reader or draft that may still need it
    bool moves = false; ///< what lives in it goes to a new pack first
};

struct GcOptions {
    /// Only find out what would be done. Changes nothing, and works on a store that is open for
    /// reading only.
    bool dry_run = false;
    ProgressOptions progress = {};
    /// Told of each file that is freed; with dry_run, of each that would be, or would wait.
    std::function<void(const GcFile&)> visit = {};
};

/// What gc did; with dry_run, what it would do.
struct GcReport {
    std::uint64_t freed_files = 0; ///< unlinked: loose objects, packs, manifests
    std::uint64_t freed_bytes = 0;
    std::uint64_t waiting_files = 0; ///< unreached, but a reader or draft may still need them
    std::uint64_t waiting_bytes = 0;
    std::uint64_t readers = 0;        ///< how many leases they wait for
    std::uint64_t packed_objects = 0; ///< that live, copied into new packs
    std::uint64_t packed_bytes = 0;
    /// Objects (SHA-256 in hex) that were to be copied and are damaged: they stay where they are.
    std::vector<std::string> damaged;
};

/// A version that keeps bytes in a store.
struct Referrer {
    std::string version; ///< "name:v3"
    /// The source whose kept manifest reaches them ("cells:v0"); absent for the version's own.
    std::optional<std::string> source;
    std::vector<std::string> paths; ///< of entries, in path order; none for parts of manifests
    bool more = false;              ///< there are further paths
};

/// What is known of one digest of a store, and who keeps what it names.
struct Explanation {
    enum class Kind {
        Object,   ///< the bytes of entries
        Segment,  ///< a sorted part of manifests
        Manifest, ///< which segments make up the manifest of a content
        Pack,     ///< many small objects
    };
    Kind kind = Kind::Object;
    std::string digest; ///< in full
    std::uint64_t bytes = 0;
    std::string file; ///< that holds it: the path below the store's folder
    bool damaged = false;
    std::uint64_t objects = 0; ///< of a pack: how many it serves
    /// Those that live, by name and number, own manifests before kept ones. Of a pack each with
    /// the path of one object in it.
    std::vector<Referrer> keepers;
    /// The epoch in which gc found that nothing keeps the file; absent where it has not yet, or
    /// where something does.
    std::optional<std::uint64_t> mark;
    std::uint64_t readers = 0; ///< with a mark: the leases that the file waits for
};

/// What is wrong with an artifact.
struct Damage {
    std::string object;                ///< SHA-256 of the damaged or missing object, in hex; a file
                                       ///< name for a folder
    std::string problem;               ///< "missing", "expected ..., got ..."
    std::vector<std::string> entries;  ///< paths that need it, "name:v3/path" in a store's report
    std::vector<std::string> versions; ///< "name:v3"
};

struct VerifyReport {
    std::uint64_t objects = 0; ///< read and compared
    std::uint64_t bytes = 0;
    std::vector<Damage> damages;
    bool ok() const noexcept { return damages.empty(); }
};

struct RepairOptions {
    /// Folders whose files (a checkout, an old copy of the store) may hold bytes that are lost.
    std::vector<std::filesystem::path> from = {};
    ProgressOptions progress = {};
};

/// Something of a store that repair could not bring back.
struct Loss {
    std::string what;    ///< "x:v3", "aliases of x", "run r1", "kept source src:v0 of x:v3"
    std::string problem; ///< why, and where what is left of it was put
};

struct RepairReport {
    std::uint64_t versions = 0; ///< that the store has now
    std::uint64_t objects = 0;  ///< read and compared
    std::uint64_t bytes = 0;
    std::uint64_t healed_objects = 0; ///< lost or damaged ones, and manifests, that were brought in
    std::uint64_t healed_bytes = 0;
    std::vector<std::string> notes; ///< what was found and put right
    std::vector<Loss> losses;
    std::vector<Damage> damages; ///< bytes that versions of the store need and that are lost
    bool ok() const noexcept { return losses.empty() && damages.empty(); }
};

struct StoreStats {
    std::uint64_t artifacts = 0;
    std::uint64_t versions = 0;
    std::uint64_t objects = 0;        ///< that entries of live versions name, own and kept
    std::uint64_t object_bytes = 0;   ///< of these, each once
    std::uint64_t manifest_bytes = 0; ///< of manifests and their segments
    std::uint64_t logical_bytes = 0;  ///< of all entries of all versions
    std::uint64_t stored_bytes = 0;   ///< of all files of objects, also those gc would free
};

} // namespace vitrine
