// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/reports.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "catalog/catalog.hpp"
#include "core/checked_input.hpp"
#include "core/file_system.hpp"
#include "object/object_store.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

class Engine;

/// `vitrine.json`: what was chosen when the store was made.
struct StoreSettings {
    std::string store_id; ///< 32 hex digits
    std::string dialect;
    Durability durability = Durability::safe;
    /// Objects of at most so many bytes go to packs; 0: none does.
    std::uint64_t pack_limit = kDefaultPackLimit;
};

/// How one process opens a store.
struct EngineOptions {
    bool read_only = false;
    std::chrono::milliseconds lock_timeout{60000};
    std::function<void(std::string_view)> notice; ///< called from any thread
    /// Stand-ins for tests; the real ones where empty.
    std::shared_ptr<FileSystem> files;
    std::function<std::string()> now;     ///< RFC 3339, UTC
    std::function<std::string()> draw_id; ///< 16 bytes
};

/// A version that is open for reading: its record, its manifest and those of its kept sources,
/// and a lease that keeps all their objects. Immutable; safe to use from many threads.
class OpenVersion {
public:
    virtual ~OpenVersion() = default;

    virtual const VersionRow& record() const = 0;
    /// As they were when it was opened, sorted; "latest" in front where it was that.
    virtual const std::vector<std::string>& aliases() const = 0;
    virtual const Manifest& manifest() const = 0;
    /// The manifest kept of a source; nothing if this version keeps none of that id.
    virtual std::optional<Manifest> kept(std::string_view id) const = 0;
    virtual const std::shared_ptr<Engine>& engine() const = 0;
    virtual std::uint64_t lease_epoch() const = 0;
};

/// Bytes that a draft holds: in its staging folder or already in the store.
struct StoredBytes {
    Sha256 sha256;
    Md5 md5;
    std::uint64_t size = 0;
};

/// The part of a draft that lies on disk: its staging folder and the leases of all that it took
/// something from. Safe to use from many threads. Its destructor drops what was not committed.
class DraftStaging {
public:
    virtual ~DraftStaging() = default;

    /// Stages the bytes unless the store or this draft has them.
    virtual StoredBytes put_bytes(std::span<const std::byte> bytes) = 0;
    /// Stages a file's bytes: by the stat cache without reading, else by reflink or one copy that
    /// is hashed as it lies in staging. `move`: unlinks the file after the commit, if it is still
    /// what was read. Throws: NotFound, IoError.
    virtual StoredBytes put_file(const std::filesystem::path& path, bool move) = 0;
    /// The same for several files below `folder`, of which the catalogue is asked at once. What was
    /// staged before an error stays so.
    virtual std::vector<StoredBytes> put_files(const std::filesystem::path& folder,
                                               std::span<const std::string> files, bool move) = 0;
    /// Holds the version's lease until the draft is committed or dropped.
    virtual void hold(std::shared_ptr<const OpenVersion> version) = 0;
    /// The versions held, the base first.
    virtual std::vector<std::shared_ptr<const OpenVersion>> held() const = 0;
    /// Opens an object that is staged or in the store.
    virtual std::unique_ptr<CheckedInput> open(const Sha256& sha256) const = 0;
};

/// All of a version that a draft decides.
struct CommitRequest {
    std::string name;
    std::string type;
    std::string id; ///< drawn if empty
    Manifest manifest;
    Json metadata = Json::object();
    std::string description;
    std::vector<std::string> aliases;
    std::string dialect;
    std::shared_ptr<const OpenVersion> base; ///< null for a draft filled from nothing
    std::optional<RunIdentity> run;          ///< that makes the version
};

/// Everything about bytes and versions, and nothing about values: the object store, manifests,
/// catalogue, records, leases, commit, gc. One for each open store and process.
///
/// The order in which files and rows change, and why, is written down above commit (commit.cpp),
/// gc (gc.cpp) and in FORMAT.md. Safe to use from many threads.
class Engine : public std::enable_shared_from_this<Engine> {
public:
    static std::shared_ptr<Engine> create(const std::filesystem::path& root,
                                          const StoreSettings& settings,
                                          const EngineOptions& options);
    static std::shared_ptr<Engine> open(const std::filesystem::path& root,
                                        const EngineOptions& options);
    /// Builds the catalogue anew (repair.cpp). Throws: Locked where anybody has the store open.
    static RepairReport repair(const std::filesystem::path& root, const RepairOptions& repair,
                               const EngineOptions& options);
    virtual ~Engine() = default;

    virtual const std::filesystem::path& root() const = 0;
    virtual const StoreSettings& settings() const = 0;

    // Reading
    /// By "name", "name:latest", "name:v3", "name:alias". Throws: NotFound, InvalidArgument.
    virtual std::shared_ptr<const OpenVersion> open_version(std::string_view reference) = 0;
    /// Null if no live version has the id.
    virtual std::shared_ptr<const OpenVersion> open_version_by_id(std::string_view id) = 0;
    /// An object's bytes, compared with `sha256`. Throws: NotFound, Corruption, IoError.
    virtual std::string read_object(const Sha256& sha256) = 0;
    /// The same as a stream, compared where it ends.
    virtual std::unique_ptr<CheckedInput> open_object(const Sha256& sha256) = 0;
    /// The file that holds just this object's bytes, if there is one (loose).
    virtual std::optional<std::filesystem::path> object_path(const Sha256& sha256) = 0;

    /// Where the bytes of many objects lie, in their order; nothing for those that are not in the
    /// store, or known to be damaged. It holds as long as the lease that keeps the objects.
    virtual std::vector<std::optional<ObjectLocation>>
    locations_of(std::span<const Sha256> objects) = 0;
    /// read_object of an object whose place is known.
    virtual std::string read_object(const ObjectLocation& place) = 0;
    /// object_path of an object whose place is known.
    virtual std::optional<std::string> object_path(const ObjectLocation& place) = 0;

    virtual std::vector<ArtifactInfo> list() = 0;
    virtual std::vector<VersionInfo> log(std::string_view name) = 0;
    virtual VersionInfo info(std::string_view reference) = 0;
    virtual Lineage lineage(std::string_view reference) = 0;

    // Writing
    virtual std::unique_ptr<DraftStaging> new_draft(std::shared_ptr<const OpenVersion> base) = 0;
    /// Throws: Conflict unless the name is free or has this type.
    virtual void check_type(std::string_view name, std::string_view type) = 0;
    /// The commit of STORE.md, kept sources included. The draft's staging is consumed only on
    /// success.
    virtual std::shared_ptr<const OpenVersion>
    commit(DraftStaging& draft, const CommitRequest& request, const ProgressOptions& progress) = 0;
    virtual void set_aliases(std::string_view reference, const std::vector<std::string>& add,
                             const std::vector<std::string>& remove) = 0;
    virtual RemoveReport remove(std::string_view reference, bool dry_run) = 0;
    /// Notes that the run used the version of that id. Throws: NotFound, InvalidArgument, Locked.
    virtual void note_use(const RunIdentity& run, std::string_view version_id) = 0;

    // Care
    virtual GcReport gc(const GcOptions& options) = 0;
    /// Which versions keep what a digest, or the beginning of one, names.
    virtual Explanation explain(std::string_view digest, const ProgressOptions& progress) = 0;
    virtual VerifyReport verify(const ProgressOptions& progress) = 0;
    virtual StoreStats stats() = 0;
};

} // namespace vitrine
