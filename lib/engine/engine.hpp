// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/gc.hpp>
#include <vitrine/engine/info.hpp>
#include <vitrine/engine/lineage.hpp>
#include <vitrine/engine/repair.hpp>
#include <vitrine/engine/verify.hpp>
#include <vitrine/engine/why.hpp>

#include "engine/commit/commit_request.hpp"
#include "engine/commit/draft_staging.hpp"
#include "engine/store/engine_options.hpp"
#include "engine/store/open_store.hpp"
#include "engine/store/open_version.hpp"
#include "engine/store/store_settings.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// Everything about bytes and versions, and nothing about values: the operations on one open store.
/// Each is implemented in a wing of its own (commit, gc, verify, repair); nothing below includes
/// this header.
///
/// The order in which files and rows change, and why, is written above commit (commit.cpp), gc
/// (gc.cpp) and repair (repair.cpp), and in FORMAT.md. Safe to use from many threads. Several
/// engines of one OpenStore are equivalent.
class Engine {
public:
    /// Throws: AlreadyExists, IoError, DatabaseError, Locked.
    static std::shared_ptr<Engine> create(const std::filesystem::path& root,
                                          const StoreSettings& settings,
                                          const EngineOptions& options);
    /// Throws: NotAStore, Unsupported, Locked during a repair, IoError, DatabaseError.
    static std::shared_ptr<Engine> open(const std::filesystem::path& root,
                                        const EngineOptions& options);
    /// Rebuilds the catalogue from the store's files. Throws: as repair_store.
    static RepairReport repair(const std::filesystem::path& root, const RepairOptions& repair,
                               const EngineOptions& options);

    explicit Engine(std::shared_ptr<OpenStore> store) : store_(std::move(store)) {}

    OpenStore& store() const noexcept { return *store_; }
    const std::filesystem::path& root() const noexcept { return store_->layout.root; }
    const StoreSettings& settings() const noexcept { return store_->settings; }

    // Reading. An object's bytes are read from store().

    /// By "name", "name:latest", "name:v3", "name:alias". Throws: NotFound, InvalidArgument.
    std::shared_ptr<const OpenVersion> open_version(std::string_view reference) const;
    /// Returns null if no live version has the id (raw bytes).
    std::shared_ptr<const OpenVersion> open_version_by_id(std::string_view id) const;

    std::vector<ArtifactInfo> list() const;
    std::vector<VersionInfo> log(std::string_view name) const;
    VersionInfo info(std::string_view reference) const;
    Lineage lineage(std::string_view reference) const;

    // Writing

    /// Starts a draft; `base` is null for one that starts empty.
    /// Throws: InvalidArgument for a read-only store, or a base of another store.
    std::unique_ptr<DraftStaging> new_draft(std::shared_ptr<const OpenVersion> base) const;
    /// Throws: Conflict unless the name is free or has this type.
    void check_type(std::string_view name, std::string_view type) const;
    /// Makes the draft a version, or finds that the latest version equals it. On an error the draft
    /// can be committed again. Throws: InvalidArgument for a bad request or a draft of another
    /// store; NotFound for an object that is neither in the draft nor in the store; Conflict,
    /// AlreadyExists, Locked, Cancelled, Corruption, IoError, DatabaseError.
    std::shared_ptr<const OpenVersion> commit(DraftStaging& draft, const CommitRequest& request,
                                              const ProgressOptions& progress) const;
    void set_aliases(std::string_view reference, const std::vector<std::string>& add,
                     const std::vector<std::string>& remove) const;
    RemoveReport remove(std::string_view reference, const RemoveOptions& options) const;
    RemoveReport remove(std::string_view reference, bool dry_run) const {
        return remove(reference, RemoveOptions{.dry_run = dry_run});
    }
    /// Records that the run used the version of that id. Throws: NotFound, InvalidArgument, Locked.
    void record_use(const RunIdentity& run, std::string_view version_id) const;

    // Maintenance

    GcReport gc(const GcOptions& options) const;
    /// Lists the versions that reference what a digest, or the beginning of one, names.
    Explanation explain(std::string_view digest, const ProgressOptions& progress) const;
    VerifyReport verify(const ProgressOptions& progress) const;
    StoreStats stats() const;

private:
    std::shared_ptr<OpenStore> store_;
};

} // namespace vitrine
