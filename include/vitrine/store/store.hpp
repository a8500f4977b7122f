// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/core/progress.hpp>
#include <vitrine/engine/reports.hpp>
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

class Engine;

struct StoreOptions {
    /// How values are restored; the built-in types if left out.
    std::optional<TypeRegistry> types = std::nullopt;
    bool read_only = false;
    /// How long to wait for another writer before Locked is thrown.
    std::chrono::milliseconds lock_timeout{60000};
    /// Told what a person may want to know: that a lock is waited for, that a read-only store is
    /// read without protection.
    std::function<void(std::string_view)> notice = {};
    /// For a store that is made: its durability and dialect ("" is the default dialect).
    Durability durability = Durability::safe;
    std::string dialect = {};
    /// For a store that is made: objects of at most so many bytes are packed, many to a file, which
    /// makes small files cheap; larger ones, or all with 0, are files of their own, which a
    /// checkout can link to. At most kMaxPackLimit.
    std::uint64_t pack_limit = kDefaultPackLimit;
    /// How references to servers are looked at and fetched.
    RemoteOptions remote = {};
};

struct CommitOptions {
    std::vector<std::string> aliases = {}; ///< moved here from other versions of the name
    /// The id of the version (1 to 64 bytes); drawn if empty.
    std::string id = {};
    /// The run that makes it; Run::log_artifact fills it in.
    std::optional<RunIdentity> run = std::nullopt;
    ProgressOptions progress = {};
};

/// A directory that owns artifacts: the objects, their versions and the catalogue. Opened by any
/// number of processes at once. A cheap handle; safe to use from many threads.
class VITRINE_EXPORT Store {
public:
    /// Makes a store in a folder that is empty or not there. Throws: AlreadyExists.
    static Store create(const std::filesystem::path& path, const StoreOptions& options = {});
    /// Throws: NotAStore if there is none (or one that only `repair` may open), Unsupported for a
    /// store of a newer format.
    static Store open(const std::filesystem::path& path, const StoreOptions& options = {});
    static Store open_or_create(const std::filesystem::path& path,
                                const StoreOptions& options = {});
    /// Whether a store lies there.
    static bool exists(const std::filesystem::path& path);

    /// Builds the catalogue of a store anew from its files, heals what the folders of
    /// `options.from` have of lost bytes, and says what is lost and what it belonged to. The store
    /// need not open, and nobody may have it open. On an error the old catalogue stays in use.
    /// Throws: NotAStore where vitrine.json is missing, Locked where the store is open, Unsupported
    /// for a store of a newer format, IoError, Cancelled.
    static RepairReport repair(const std::filesystem::path& path,
                               const RepairOptions& options = {});

    const std::filesystem::path& path() const noexcept;
    const TypeRegistry& types() const noexcept;

    /// An empty draft. Throws: InvalidArgument for a bad name, Conflict if the name has another
    /// type.
    ArtifactBuilder new_artifact(std::string_view name, std::string_view type) const;

    /// Makes the draft a version and gives it. Committing what equals the latest version gives
    /// that version. The draft is consumed only if this succeeds: after a full disk or a lock
    /// timeout it can be tried again.
    /// Throws: IoError, Locked, Cancelled, AlreadyExists for an id that is taken.
    Artifact commit(ArtifactBuilder&& draft, const CommitOptions& options = {}) const;

    /// By "name", "name:latest", "name:v3" or "name:alias".
    /// Throws: NotFound that says what there is; InvalidArgument for other text.
    Artifact artifact(std::string_view reference) const;
    /// By its id's bytes; nothing if no version has it.
    std::optional<Artifact> find_by_id(std::string_view id) const;

    /// All artifacts by name.
    std::vector<ArtifactInfo> list() const;
    /// The versions of a name, newest first. Throws: NotFound.
    std::vector<VersionInfo> log(std::string_view name) const;
    /// One version's line.
    VersionInfo info(std::string_view reference) const;
    /// Which runs made and used a version, and what else they used and made. Versions that were
    /// removed since are told as such.
    Lineage lineage(std::string_view reference) const;

    /// Notes that a run used a version of this store (Run::use_artifact does). Noting it again
    /// changes nothing. Throws: NotFound if this store has no such version; InvalidArgument for a
    /// run id that is none; Locked.
    void note_use(const Artifact& artifact, const RunIdentity& run) const;

    /// Sets aliases on a version (they move from others of the name) and takes others away.
    /// Throws: InvalidArgument for an alias that is empty, holds '/' or ':', is "latest" or like
    /// "v3"; NotFound.
    void set_aliases(std::string_view reference, const std::vector<std::string>& add,
                     const std::vector<std::string>& remove) const;

    /// Removes a version ("name:v3"), or all of a name ("name:*"). What only they reach is freed
    /// by gc.
    RemoveReport remove(std::string_view reference, bool dry_run = false) const;

    /// Frees what no version reaches and nobody reads, and packs what is left of packs that are
    /// half garbage and small objects that lie loose. Throws: Locked if another gc runs; Corruption
    /// for a manifest that cannot be read, since what it reaches is not known then; Cancelled.
    GcReport gc(const GcOptions& options = {}) const;
    /// Which versions keep an object, a part of manifests, a manifest or a pack; or that none does,
    /// and for whom it waits. `digest`: its SHA-256 in hex, or the first 4 digits or more that name
    /// nothing else; of a manifest also the content digest, after which its folder is called.
    /// Throws: InvalidArgument for other text, or where several digests begin so; NotFound.
    Explanation explain(std::string_view digest, const ProgressOptions& progress = {}) const;

    /// Reads all objects that live versions need and compares them with their digests; damaged
    /// ones are remembered as such.
    VerifyReport verify(const ProgressOptions& progress = {}) const;

    StoreStats stats() const;

private:
    struct Body;
    explicit Store(std::shared_ptr<Body> body);
    std::shared_ptr<Body> body_;
};

/// Throws InvalidArgument unless `name` is an artifact's name: letters, digits, '_', '-', '.', at
/// least one and at most 128, and not "." or "..".
VITRINE_EXPORT void check_artifact_name(std::string_view name);

} // namespace vitrine
