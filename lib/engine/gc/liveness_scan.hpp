// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "catalog/catalog.hpp"
#include "core/sorted_digests.hpp"
#include "engine/store/live_set.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace vitrine {

/// The live objects that are read from a pack.
struct PackUse {
    FileRow file;
    std::uint64_t objects = 0; ///< number of live objects
    std::uint64_t bytes = 0;   ///< sum of their sizes
    std::uint64_t damaged = 0; ///< how many of them are known to be damaged

    /// Whether the live objects should move to another pack: more than half of the file is garbage,
    /// and at least one live object can be read.
    bool is_half_garbage() const;
};

/// Returns those of `packs` (ids of files) that a live object is read from, as the rows say now.
std::set<std::int64_t> packs_in_use(Catalog& catalog, LiveSet& live,
                                    const std::vector<std::int64_t>& packs);

/// Small live objects in files of their own, which should share a pack.
struct SmallObjects {
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;
};

/// Finds which files of a catalogue are live, in one walk of its rows beside the live set; both are
/// in the order of digests.
class LivenessScan {
public:
    /// `pack_limit`: objects of at most this many bytes are small; 0 for a store without packs.
    LivenessScan(Catalog& catalog, LiveSet& live, std::uint64_t pack_limit)
        : catalog_(catalog), live_(live), pack_limit_(pack_limit) {}

    struct Visit {
        /// Called for garbage: a loose object, a manifest with its content, or a pack, that no live
        /// version references.
        std::function<void(const FileRow&, const std::optional<Sha256>& content)> garbage;
        /// Called for an orphan row: no row of an object or manifest names this file.
        std::function<void(const FileRow&)> orphan_row;
        /// Called for a live file that has a mark.
        std::function<void(const FileRow&)> marked_live;
    };
    void scan(const Visit& visit);

    /// After scan(): live objects and segments without a row.
    SortedDigests& without_row() { return without_row_; }
    /// After scan(): the packs with live objects, by the ids of their files.
    const std::vector<PackUse>& packs() const { return packs_; }
    /// After scan(): small loose live objects that are not known to be damaged.
    const SmallObjects& small_objects() const { return small_; }
    /// After scan(): walks the rows again and visits each live object that should move to another
    /// pack. It is in a pack that is half garbage or, with `small_objects`, small and loose; and it
    /// is not known to be damaged.
    void for_each_to_move(bool small_objects, const std::function<void(const ObjectRow&)>& visit);

private:
    bool may_be_packed(const ObjectRow& row, DigestProbe& segments) const;
    void visit_objects(const Visit& visit);
    void visit_manifests(const Visit& visit);

    Catalog& catalog_;
    LiveSet& live_;
    std::uint64_t pack_limit_;
    std::vector<PackUse> packs_;
    SmallObjects small_;
    SortedDigests segments_; ///< of all manifests that have rows
    SortedDigests without_row_;
};

} // namespace vitrine
