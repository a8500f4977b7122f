// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// The rows of the catalogue, as its callers see them. Where a field holds an id of an artifact, it
// holds raw bytes, not text.

namespace vitrine {

/// The kind of a file in the store. The numbers are stored in the database and never change.
enum class FileKind : int { loose = 0, manifest = 1, pack = 2 };

/// A file below objects/ or artifacts/.
struct FileRow {
    std::int64_t id = 0;
    FileKind kind = FileKind::loose;
    Sha256 name; ///< the SHA-256 that names the loose object, the manifest file or the pack
    std::uint64_t size = 0;
    std::optional<std::uint64_t> mark; ///< the epoch in which gc found that no version needs it
};

/// An object and the file that serves it.
struct ObjectRow {
    Sha256 sha256;
    std::uint64_t size = 0;
    FileRow file;
    std::uint64_t offset = 0; ///< in the file; 0 for a loose object
    bool damaged = false;
};

/// An object in a pack.
struct PackedObject {
    Sha256 sha256;
    std::uint64_t size = 0;
    std::uint64_t offset = 0; ///< in the pack's file
};

/// A pack and those of its objects that it is to serve.
struct PackRows {
    Sha256 name;
    std::uint64_t file_size = 0;
    std::vector<PackedObject> objects;
};

/// The files that gc has marked and not deleted yet.
struct MarkedFiles {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::uint64_t youngest = 0; ///< the highest mark
};

/// The manifest of one content.
struct ManifestRow {
    Sha256 content; ///< the content digest
    FileRow file;
    std::uint64_t entries = 0;
    std::uint64_t logical_bytes = 0; ///< sum of the sizes of all entries
    std::string digest;              ///< W&B's digest: lower-case hex MD5
    std::vector<Sha256> segments;    ///< objects, newest first
};

/// A version that another version depends on: its manifest stays in the store as long as the other
/// version does.
struct Dependency {
    std::string id;   ///< of the version it came from; bytes
    std::string name; ///< of that version, "blood-cells:v0"
    Sha256 content;   ///< of the manifest that is kept
    bool operator==(const Dependency&) const = default;
};

/// The contents of a version's record. Immutable.
struct VersionRow {
    std::int64_t row_id = 0;
    std::string name;
    std::uint64_t number = 0;
    std::string type;
    std::string id; ///< bytes
    Sha256 content;
    std::string digest;
    std::vector<Dependency> dependencies; ///< sorted by id
    Json metadata = Json::object();
    std::string description;
    std::string dialect;
    std::string created_at; ///< RFC 3339, UTC
    std::optional<std::string> run;
    /// Name and number of the version that the draft was made from.
    std::optional<std::pair<std::string, std::uint64_t>> base;
};

/// The changeable part of an artifact name.
struct HeadRow {
    std::string name;
    std::string type;
    std::uint64_t next_number = 0;
    std::vector<std::pair<std::string, std::uint64_t>> aliases; ///< sorted by alias
    bool operator==(const HeadRow&) const = default;
};

/// What a run did with a version. The numbers are stored in the database and never change.
enum class RunRole : int { used = 0, made = 1 };

/// A version that a run used or made, under the name it had then. It may have been removed since.
struct RunVersionRow {
    std::string id; ///< bytes
    std::string name;
    std::uint64_t number = 0;
    bool operator==(const RunVersionRow&) const = default;
};

/// The contents of a run's record.
struct RunRow {
    std::string id;
    std::string directory;
    std::string created_at;          ///< RFC 3339, UTC: when the store first learned of the run
    std::vector<RunVersionRow> used; ///< in the order of their first use
    std::vector<RunVersionRow> made; ///< in the order of their first commit
    bool operator==(const RunRow&) const = default;
};

/// Identifies one state of a file outside the store.
struct StatKey {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0;
    bool operator==(const StatKey&) const = default;
};

/// The digests that a file had when it was read in the state `key`.
struct StatRow {
    StatKey key;
    Sha256 sha256;
    Md5 md5;
};

} // namespace vitrine
