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

/// What came of a repacking.
struct RepackReport {
    std::uint64_t epoch = 0; ///< the last that was raised; 0 if none was
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;     ///< of these
    std::vector<Sha256> damaged; ///< stay where they are
};

/// Copies live objects into new packs, so that the files that held them can go: small ones that lie
/// loose, and what is left in packs that are half garbage. For each new pack, in this order:
///
///  1. Without a lock, copy objects into a staged file, comparing each with its name. Nobody but
///     gc, which this is, takes away what is copied from. One that is damaged stays where it is,
///     and its file with it.
///  2. Flush the file.
///  3. In a turn of the write lock and one transaction: rename it into place and flush the folder;
///     point the rows of its objects to it; raise the epoch; give that as a mark to the files of
///     which no row of something reached is left. Whatever was committed since the snapshot is
///     looked at first: it may reach an object of an old pack that nothing reached before.
///
/// Whoever has a lease from before the third step may still read the old files, which are freed as
/// anything else that bears a mark. A crash leaves a staged file, swept with gc's lease, or a pack
/// without a row, which is swept as a leftover.
class Repack {
public:
    /// `reached` is what live versions reach, and what is committed meanwhile is added to it;
    /// `packs` are those of which something was reached in the snapshot.
    Repack(OpenStore& store, LiveSet& reached, const std::vector<PackUse>& packs,
           const ProgressOptions& progress);
    ~Repack();
    Repack(const Repack&) = delete;
    Repack& operator=(const Repack&) = delete;

    /// Moves these objects; the number beside each is the id of the file that held it in the
    /// snapshot. There are `count` of them. Throws: IoError, Locked, Cancelled.
    RepackReport run(SortedDigests& objects, std::uint64_t count);

private:
    void take(SortedDigests::Walk& walk);
    void copy(PackWriter& pack);
    std::optional<std::string> read(const ObjectRow& row);
    void publish(const std::optional<SealedPack>& sealed, const PackWriter& writer);
    void place(const SealedPack& sealed, const PackWriter& writer);
    void note_damage();
    void mark_sources(std::uint64_t epoch);
    void mark_packs(const std::vector<std::int64_t>& packs, std::uint64_t epoch);

    OpenStore& store_;
    LiveSet& reached_;
    const ProgressOptions& progress_;
    std::shared_ptr<const Lease> lease_;
    std::filesystem::path folder_;
    /// Of each pack how many objects that were reached in the snapshot have not been moved.
    std::map<std::int64_t, std::uint64_t> left_;
    std::uint64_t count_ = 0;
    std::vector<ObjectRow> batch_; ///< for the pack at hand, as they lie in the old files
    std::vector<Sha256> damaged_;  ///< of the batch
    RepackReport report_;
};

} // namespace vitrine
