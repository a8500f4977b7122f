// SPDX-License-Identifier: MIT
#pragma once

#include "engine/commit/staged_objects.hpp"
#include "engine/commit/staged_packs.hpp"
#include "engine/engine.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/open_store.hpp"
#include "object/staging_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <vector>

namespace vitrine {

/// The draft of a store: a folder below staging/, the digests of what lies in it, and leases.
class StagedDraft final : public DraftStaging {
public:
    StagedDraft(std::shared_ptr<OpenStore> store, std::shared_ptr<const OpenVersion> base);
    ~StagedDraft() override;

    StoredBytes put_bytes(std::span<const std::byte> bytes) override;
    StoredBytes put_file(const std::filesystem::path& path, bool move) override {
        return put_files({}, std::span(&path.native(), 1), move).front();
    }
    std::vector<StoredBytes> put_files(const std::filesystem::path& folder,
                                       std::span<const std::string> files, bool move) override;
    void hold(std::shared_ptr<const OpenVersion> version) override;
    std::vector<std::shared_ptr<const OpenVersion>> held() const override;
    std::unique_ptr<CheckedInput> open(const Sha256& sha256) const override;

    // For commit.

    const OpenStore& store() const noexcept { return *store_; }
    /// The oldest of all leases held.
    std::uint64_t epoch() const;
    const std::shared_ptr<const Lease>& lease() const noexcept { return lease_; }
    const StagedObjects& objects() const noexcept { return objects_; }
    /// Brings all packs to their ends; a few small objects become files of their own. Before it
    /// is called, objects in packs are not where a commit can place them.
    void seal();
    const std::vector<StagedPacks::Pack>& packs() const noexcept { return packs_.packs(); }
    /// Of an object in a file of its own.
    std::filesystem::path staged_path(const Sha256& object) { return staging_.path_of(object); }
    /// A name in its folder that nothing has used.
    std::filesystem::path new_path() { return staging_.new_path(); }
    /// Writes bytes that are no object of the draft to a file of their own in its folder.
    std::filesystem::path stage_file(std::string_view bytes);
    /// What was learned of files that were read; for the stat cache.
    std::vector<StatRow> stats() const;

    /// The version exists: drops the folder and unlinks the files that were to be moved. The draft
    /// is empty then, and refuses everything.
    void finish();

private:
    struct MovedFile {
        std::filesystem::path path;
        StatKey key;
    };

    bool is_there(const Sha256& object);
    class FileBatch;

    /// Stages bytes that the store does not have, unless this draft has them.
    void stage(std::span<const std::byte> bytes, const Digests& digests);
    void write_loose(const Sha256& object, std::span<const std::byte> bytes);
    Digests put_large(const FileDescriptor& file, const std::filesystem::path& path);
    void require_open() const;
    void unlink_moved(const MovedFile& file) const;

    std::shared_ptr<OpenStore> store_;
    std::shared_ptr<const Lease> lease_;
    mutable StagingFolder staging_; ///< makes its folders when asked for a path
    StagedObjects objects_;
    mutable StagedPacks packs_; ///< to read an object flushes its pack
    mutable std::mutex mutex_;
    std::uint64_t epoch_;
    bool finished_ = false;
    std::vector<std::shared_ptr<const OpenVersion>> held_;
    std::set<const OpenVersion*> known_;
    std::vector<StatRow> stats_;
    std::vector<MovedFile> moved_;
};

} // namespace vitrine
