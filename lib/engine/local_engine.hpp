// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/open_store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The engine on a folder of this machine. It holds the parts of the open store together; each
/// operation has a file of its own.
class LocalEngine final : public Engine {
public:
    explicit LocalEngine(std::shared_ptr<OpenStore> store) : store_(std::move(store)) {}

    const std::filesystem::path& root() const override { return store_->layout.root; }
    const StoreSettings& settings() const override { return store_->settings; }

    std::shared_ptr<const OpenVersion> open_version(std::string_view reference) override;
    std::shared_ptr<const OpenVersion> open_version_by_id(std::string_view id) override;
    std::string read_object(const Sha256& sha256) override;
    std::unique_ptr<CheckedInput> open_object(const Sha256& sha256) override;
    std::optional<std::filesystem::path> object_path(const Sha256& sha256) override;
    std::vector<std::optional<ObjectLocation>>
    locations_of(std::span<const Sha256> objects) override;
    std::string read_object(const ObjectLocation& place) override;
    std::optional<std::string> object_path(const ObjectLocation& place) override;
    std::vector<ArtifactInfo> list() override;
    std::vector<VersionInfo> log(std::string_view name) override;
    VersionInfo info(std::string_view reference) override;
    Lineage lineage(std::string_view reference) override;

    std::unique_ptr<DraftStaging> new_draft(std::shared_ptr<const OpenVersion> base) override;
    void check_type(std::string_view name, std::string_view type) override;
    std::shared_ptr<const OpenVersion> commit(DraftStaging& draft, const CommitRequest& request,
                                              const ProgressOptions& progress) override;
    void set_aliases(std::string_view reference, const std::vector<std::string>& add,
                     const std::vector<std::string>& remove) override;
    RemoveReport remove(std::string_view reference, bool dry_run) override;
    void note_use(const RunIdentity& run, std::string_view version_id) override;

    GcReport gc(const GcOptions& options) override;
    Explanation explain(std::string_view digest, const ProgressOptions& progress) override;
    VerifyReport verify(const ProgressOptions& progress) override;
    StoreStats stats() override;

private:
    using FindRow = std::function<std::optional<VersionRow>()>;
    std::shared_ptr<const OpenVersion> open_row(const FindRow& find);
    VersionInfo info_of(const VersionRow& row);

    std::shared_ptr<OpenStore> store_;
};

/// Makes the files and folders of a new store, vitrine.json last.
/// Throws: AlreadyExists unless the folder is empty, not there, or left by a crash in here.
void create_store(const StoreLayout& layout, StoreSettings settings, const EngineOptions& options);

/// Makes what is missing of the folders and lock files of a store.
void make_store_folders(const StoreLayout& layout, FileSystem& files);

} // namespace vitrine
