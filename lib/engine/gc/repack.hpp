// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/progress.hpp>

#include "core/sorted_digests.hpp"
#include "engine/gc/liveness_scan.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/open_store.hpp"
#include "object/pack_file.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

struct RepackReport {
    std::uint64_t epoch = 0;     ///< the last one that was raised; 0 if none was
    std::uint64_t objects = 0;   ///< copied
    std::uint64_t bytes = 0;     ///< of these
    std::vector<Sha256> damaged; ///< not copied: they stay where they are
};

/// Copies live objects into new packs, so that the files that held them can be deleted: small loose
/// objects, and the live objects of packs that are half garbage. For each new pack, in this order:
///
///  1. Without a lock, copy objects into a staged file and compare each with its name. The sources
///     cannot disappear, since only gc unlinks files. A damaged object stays where it is, and its
///     file with it.
///  2. Flush the file.
///  3. Under the write lock, in one transaction: rename it into place and flush the folder; let the
///     rows of its objects point to it; raise the epoch; mark with it the files that no live object
///     is read from any more. Before that, add versions that were committed since the snapshot to
///     the live set: they may need an object of an old pack that was garbage.
///
/// Holders of leases from before the third step may still read the old files, which are deleted as
/// all marked files are. A crash leaves a staged file, which is removed with gc's lease, or a pack
/// without a row, which is an untracked file.
class Repack {
public:
    /// `live` is the live set of the snapshot; versions that are committed meanwhile are added to
    /// it. `packs` are those with live objects in the snapshot.
    Repack(OpenStore& store, LiveSet& live, const std::vector<PackUse>& packs,
           const ProgressOptions& progress);
    ~Repack();
    Repack(const Repack&) = delete;
    Repack& operator=(const Repack&) = delete;

    /// Moves `count` objects to new packs. The number beside each object is the id of the file that
    /// held it in the snapshot. Throws: IoError, Locked, Cancelled, DatabaseError.
    RepackReport move_objects(SortedDigests& objects, std::uint64_t count);

private:
    void read_batch(SortedDigests::Walk& walk);
    void copy_batch(PackWriter& pack);
    std::optional<std::string> read(const ObjectRow& row);
    void publish(const std::optional<SealedPack>& sealed, const PackWriter& writer);
    void publish_pack(const SealedPack& sealed, const PackWriter& writer);
    void mark_damaged();
    void mark_sources(std::uint64_t epoch);
    void mark_packs(const std::vector<std::int64_t>& packs, std::uint64_t epoch);

    OpenStore& store_;
    LiveSet& live_;
    const ProgressOptions& progress_;
    std::shared_ptr<const Lease> lease_;
    std::filesystem::path folder_;
    /// For each pack, how many of its live objects have not been moved.
    std::map<std::int64_t, std::uint64_t> left_;
    std::uint64_t count_ = 0;
    std::vector<ObjectRow> batch_; ///< for the current pack, in the order of the old files
    std::vector<Sha256> damaged_;  ///< of the batch
    RepackReport report_;
};

} // namespace vitrine
