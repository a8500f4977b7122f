// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "catalog/catalog.hpp"
#include "core/checked_input.hpp"
#include "engine/commit/staged_objects.hpp"
#include "engine/commit/staged_packs.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/open_store.hpp"
#include "engine/store/open_version.hpp"
#include "object/staging_folder.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Bytes that a draft holds: in its staging folder or already in the store.
struct StoredBytes {
    Sha256 sha256;
    Md5 md5;
    std::uint64_t size = 0;
};

/// The part of a draft that is on disk: its folder below staging/ with the objects that the store
/// does not have, and the leases of all versions that it took something from. Safe to use from many
/// threads, except what only commit calls. The destructor deletes what was not committed.
class DraftStaging {
public:
    /// `base` is held if it is not null. Throws: InvalidArgument if it is of another store.
    DraftStaging(std::shared_ptr<OpenStore> store, std::shared_ptr<const OpenVersion> base);
    DraftStaging(const DraftStaging&) = delete;
    DraftStaging& operator=(const DraftStaging&) = delete;
    ~DraftStaging();

    /// Stages the bytes unless the store or this draft has them.
    /// Throws: IoError, DatabaseError; InvalidArgument after a commit, as all that stages.
    StoredBytes put_bytes(std::span<const std::byte> bytes);
    /// Stages the bytes of a file. A file that the stat cache knows is not read; others are read,
    /// or shared by reflink, and hashed. `move`: the file is deleted after the commit if it has not
    /// changed since. Throws: NotFound, IoError, DatabaseError.
    StoredBytes put_file(const std::filesystem::path& path, bool move) {
        return put_files({}, std::span(&path.native(), 1), move).front();
    }
    /// The same for several files below `folder`, with few queries of the catalogue. What was
    /// staged before an error stays staged.
    std::vector<StoredBytes> put_files(const std::filesystem::path& folder,
                                       std::span<const std::string> files, bool move);
    /// Holds the version's lease until the draft is committed or destroyed.
    /// Throws: InvalidArgument for a version of another store.
    void hold(std::shared_ptr<const OpenVersion> version);
    /// The versions held, the base first.
    std::vector<std::shared_ptr<const OpenVersion>> held() const;
    /// Opens an object that is staged or in the store. Throws: NotFound, IoError, DatabaseError.
    std::unique_ptr<CheckedInput> open(const Sha256& sha256) const;

    OpenStore& store() const noexcept { return *store_; }

    // For commit.

    const std::shared_ptr<OpenStore>& shared_store() const noexcept { return store_; }
    const std::shared_ptr<const Lease>& lease() const noexcept { return lease_; }
    /// The oldest epoch of all leases held.
    std::uint64_t epoch() const;
    const StagedObjects& objects() const noexcept { return objects_; }
    /// Completes all packs; a few small objects become files of their own instead. Packed objects
    /// can be published only after this.
    void seal();
    const std::vector<StagedPacks::Pack>& packs() const noexcept { return packs_.packs(); }
    /// The path of an object that is staged in a file of its own.
    std::filesystem::path staged_path(const Sha256& object) { return staging_.path_of(object); }
    /// An unused path in the staging folder.
    std::filesystem::path new_path() { return staging_.new_path(); }
    /// Writes bytes that are not an object of the draft to a new file in the staging folder.
    std::filesystem::path stage_file(std::string_view bytes);
    /// What was learned from files that were read, for the stat cache.
    std::vector<StatRow> stats() const;

    /// Called once the version exists: deletes the folder and the files that were to be moved. The
    /// draft is empty afterwards and refuses to stage.
    void finish();

private:
    struct MovedFile {
        std::filesystem::path path;
        StatKey key;
    };
    class FileBatch;

    bool is_known(const Sha256& object);
    /// Stages bytes that the store does not have, unless this draft has them.
    void stage(std::span<const std::byte> bytes, const Digests& digests);
    void write_loose(const Sha256& object, std::span<const std::byte> bytes);
    Digests put_large(const FileDescriptor& file, const std::filesystem::path& path);
    void require_open() const;
    void delete_folder();
    void delete_moved(const MovedFile& file) const;

    std::shared_ptr<OpenStore> store_;
    std::shared_ptr<const Lease> lease_;
    mutable StagingFolder staging_; ///< creates its folders when a path is requested
    StagedObjects objects_;
    mutable StagedPacks packs_; ///< reading an object flushes its pack
    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::uint64_t epoch_;
    bool finished_ = false;
    std::vector<std::shared_ptr<const OpenVersion>> held_;
    std::set<const OpenVersion*> known_;
    std::vector<StatRow> stats_;
    std::vector<MovedFile> moved_;
};

} // namespace vitrine
