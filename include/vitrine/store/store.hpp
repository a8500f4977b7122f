// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/core/progress.hpp>
#include <vitrine/engine/gc.hpp>
#include <vitrine/engine/info.hpp>
#include <vitrine/engine/lineage.hpp>
#include <vitrine/engine/repair.hpp>
#include <vitrine/engine/settings.hpp>
#include <vitrine/engine/verify.hpp>
#include <vitrine/engine/why.hpp>
#include <vitrine/reference/remote_options.hpp>
#include <vitrine/value/type_registry.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// How a store is opened or created.
struct StoreOptions {
    /// The types that values are restored by, which are copied; the built-in types if absent.
    std::optional<TypeRegistry> types = std::nullopt;
    /// Allows no changes to the store, and needs no permission to write to its folder.
    bool read_only = false;
    /// How long a write waits for other writers before it throws Locked. 0 does not wait.
    std::chrono::milliseconds lock_timeout{60000};
    /// Receives warnings for the user, one line each: that an operation waits for a lock, that a
    /// read-only store is read without protection from gc. Called from any thread; no warnings if
    /// empty.
    std::function<void(std::string_view)> warn = {};
    /// Used only to create a store: whether its commits are flushed.
    Durability durability = Durability::safe;
    /// Used only to create a store: the name of its dialect (see dialect_named); the default
    /// dialect if "".
    std::string dialect = {};
    /// Used only to create a store: objects of at most this many bytes are packed, many to a file,
    /// which makes small files cheap. Larger objects are files of their own, which a checkout can
    /// link to. 0 packs none. At most kMaxPackLimit.
    std::uint64_t pack_limit = kDefaultPackLimit;
    /// How references to servers are inspected and fetched.
    RemoteOptions remote = {};
};

/// The options of Store::commit.
struct CommitOptions {
    /// Set on the new version; they move from other versions of the name.
    std::vector<std::string> aliases = {};
    /// The id of the version: 1 to 64 raw bytes, not hex; 16 random bytes if empty.
    std::string id = {};
    /// Commits a draft also if it would undo an update: if it was made from an artifact that was
    /// opened by "name", "name:latest" or an alias, and another version is the latest by now.
    /// Without it that is a Conflict, and the draft is kept.
    bool allow_diverged = false;
    /// The run that makes the version; Run::log_artifact sets it.
    std::optional<RunIdentity> run = std::nullopt;
    ProgressOptions progress = {};
};

/// A directory that owns artifacts: their objects, their versions and the catalogue. Any number of
/// processes may open it at the same time. A cheap handle; safe to use from many threads.
///
/// Every member but `path` and `types` throws IoError if a file cannot be read or written,
/// DatabaseError if the catalogue (SQLite) reports an error, and Corruption if the catalogue or a
/// manifest that it reads is damaged. Members that change the store throw Locked after
/// StoreOptions::lock_timeout, and InvalidArgument if it was opened read-only. The lines that begin
/// with "Throws" name the other errors.
class VITRINE_EXPORT Store {
public:
    /// Creates a store in a folder that is empty or does not exist.
    /// Throws: AlreadyExists if the folder is not empty; Unsupported for an unknown dialect, and
    /// for a file system that cannot hold the catalogue; InvalidArgument for a pack limit that is
    /// too large and for a read-only store; Locked if another process is creating it; IoError;
    /// DatabaseError.
    static Store create(const std::filesystem::path& path, const StoreOptions& options = {});
    /// Opens an existing store.
    /// Throws: NotAStore if there is none, or one that must be repaired first; InvalidFormat for a
    /// malformed `vitrine.json`; Unsupported for a store of a newer format, or an older one that is
    /// opened read-only; Locked if the store is being repaired; IoError; DatabaseError.
    static Store open(const std::filesystem::path& path, const StoreOptions& options = {});
    /// Opens the store if there is one, else creates it. A read-only store is never created.
    /// Throws: what open and create throw.
    static Store open_or_create(const std::filesystem::path& path,
                                const StoreOptions& options = {});
    /// Returns whether the folder contains a `vitrine.json`. The store need not be intact.
    /// Throws: std::filesystem::filesystem_error if the user may not look into the folder.
    static bool exists(const std::filesystem::path& path);

    /// Builds the catalogue of a store again from its files and restores lost bytes from the
    /// folders in `options.from`. Reports what is still lost and which versions need it. It works
    /// on a store that `open` refuses; no process may have the store open. After an error the old
    /// catalogue stays in use. Throws: NotAStore if vitrine.json is missing; Locked if the store is
    /// open; Unsupported for a store of a newer format; InvalidFormat for a malformed vitrine.json;
    /// NotFound for a folder in `options.from` that does not exist; IoError; DatabaseError;
    /// Cancelled.
    static RepairReport repair(const std::filesystem::path& path,
                               const RepairOptions& options = {});

    /// The real path of the store's folder. Valid while a copy of this handle lives.
    const std::filesystem::path& path() const noexcept;
    /// The types that values are restored by. Valid while a copy of this handle lives.
    const TypeRegistry& types() const noexcept;

    /// Returns an empty draft of the next version of `name`. `type` says what the artifact is, such
    /// as "dataset".
    /// Throws: InvalidArgument for a name that check_artifact_name refuses; Conflict if the
    /// artifact exists with another type; IoError; DatabaseError.
    ArtifactBuilder new_artifact(std::string_view name, std::string_view type) const;

    /// Makes the draft a version and returns it; if the draft equals the latest version, returns
    /// that one. The draft is consumed only on success: after a full disk or a lock timeout the
    /// commit can be tried again.
    /// Throws: InvalidArgument for a draft of another store or one that was committed, and for a
    /// malformed type, id, alias or run id; AlreadyExists for an id that is taken; Conflict if the
    /// artifact exists with another type, if it has another latest version than when the draft's
    /// base was opened (see CommitOptions::allow_diverged), or if a gc has just deleted what the
    /// commit needs (try again); NotFound if the store has lost an object of the draft; Locked;
    /// Cancelled; IoError; DatabaseError.
    Artifact commit(ArtifactBuilder&& draft, const CommitOptions& options = {}) const;

    /// Opens a version by "name", "name:latest", "name:v3" or "name:alias". "name" is the latest.
    /// Throws: NotFound, with the versions or artifacts that exist; InvalidArgument for other text;
    /// IoError; DatabaseError.
    Artifact artifact(std::string_view reference) const;
    /// Opens the version with this id (bytes, not hex); nothing if no version has it. Throws:
    /// IoError; DatabaseError.
    std::optional<Artifact> find_by_id(std::string_view id) const;

    /// Returns all artifacts, sorted by name. Throws: DatabaseError.
    std::vector<ArtifactInfo> list() const;
    /// Returns the versions of an artifact, newest first. Throws: NotFound if it has none;
    /// InvalidArgument for a malformed name; DatabaseError.
    std::vector<VersionInfo> log(std::string_view name) const;
    /// Returns what `log` returns of one version. Throws: as `artifact`.
    VersionInfo info(std::string_view reference) const;
    /// Returns the runs that made and used a version, and what else these used and made. Versions
    /// that have been removed are marked. Throws: as `artifact`.
    Lineage lineage(std::string_view reference) const;

    /// Records that a run used a version of this store; Run::use_artifact calls it. A second record
    /// of the same use changes nothing.
    /// Throws: NotFound if this store has no such version; InvalidArgument for a malformed run id.
    void record_use(const Artifact& artifact, const RunIdentity& run) const;
    /// The older name of record_use.
    [[deprecated("use record_use")]] void note_use(const Artifact& artifact,
                                                   const RunIdentity& run) const {
        record_use(artifact, run);
    }

    /// Sets the aliases `add` on a version, moving them from other versions of the name, and
    /// removes the aliases `remove` from it.
    /// Throws: InvalidArgument for an alias in `add` that is empty, longer than 128 bytes or not
    /// UTF-8, that contains '/', ':' or a control character, that is "latest" or looks like "v3";
    /// NotFound if there is no such version, or it lacks an alias in `remove`; as `artifact` for
    /// other references; Locked; IoError; DatabaseError.
    void set_aliases(std::string_view reference, const std::vector<std::string>& add,
                     const std::vector<std::string>& remove) const;

    /// Removes a version ("name:v3"), or all versions of an artifact ("name:*"). The space of what
    /// no other version references is freed by gc. `dry_run` only reports.
    /// Throws: NotFound; InvalidArgument for other text; Corruption if a manifest cannot be read,
    /// because then the bytes cannot be counted; Locked; IoError; DatabaseError.
    RemoveReport remove(std::string_view reference, bool dry_run = false) const;
    /// The same, with options. Throws: also Conflict, which names the aliases, if a version has
    /// aliases other than "latest" and `options.keep_aliased` is set.
    RemoveReport remove(std::string_view reference, const RemoveOptions& options) const;

    /// Deletes objects that no version references and no reader has open. Repacks packs that are
    /// more than half garbage, and small loose objects.
    /// Throws: Locked if another gc is active; Corruption if a manifest cannot be read, because
    /// then it is unknown what it references; Cancelled; IoError; DatabaseError.
    GcReport gc(const GcOptions& options = {}) const;
    /// Lists the versions that reference an object, a segment, a manifest or a pack; if none does,
    /// the readers that delay its deletion. `digest` is the SHA-256 in hex, or at least 4 leading
    /// digits that are unambiguous; for a manifest, the content digest that names its folder works
    /// too.
    /// Throws: InvalidArgument for other text and for ambiguous digits; NotFound if the store has
    /// nothing of that digest; Cancelled; IoError; DatabaseError.
    Explanation explain(std::string_view digest, const ProgressOptions& progress = {}) const;

    /// Reads every object, manifest and segment in the catalogue, whether a version references it
    /// or not, and compares it with its digest. Damaged objects are marked in the catalogue, so
    /// that a later `add` of the same bytes stores them again; marks of objects that are whole
    /// again are removed. In a read-only store marks do not change. Damage is reported, not thrown.
    /// Throws: Cancelled; Locked if marks have to change; IoError; DatabaseError.
    VerifyReport verify(const ProgressOptions& progress = {}) const;

    /// Counts objects, packs and versions, and how many bytes they take on disk. Reads all
    /// manifests. Throws: Corruption if a manifest cannot be read; IoError; DatabaseError.
    StoreStats stats() const;

private:
    struct Body;
    explicit Store(std::shared_ptr<Body> body);
    std::shared_ptr<Body> body_;
};

/// Checks the name of an artifact: 1 to 128 letters, digits, '_', '-' and '.', but not "." or "..".
/// Throws: InvalidArgument for any other name.
VITRINE_EXPORT void check_artifact_name(std::string_view name);

} // namespace vitrine
