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

/// What is reached of the objects that a pack serves.
struct PackUse {
    FileRow file;
    std::uint64_t objects = 0; ///< that are reached
    std::uint64_t bytes = 0;   ///< of these
    std::uint64_t damaged = 0; ///< how many of these are known to be damaged

    /// Whether what is reached in it should move to another pack: most of the file is garbage,
    /// and there is something that can be read.
    bool is_half_garbage() const;
};

/// Of these packs (ids of their files), those that serve an object that is reached, as the rows say
/// now.
std::set<std::int64_t> packs_in_use(Catalog& catalog, LiveSet& reached,
                                    const std::vector<std::int64_t>& packs);

/// How many objects lie in files of their own that had better share a pack.
struct SmallObjects {
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;
};

/// What of all files of a catalogue is reached: one walk of its rows in the order of their digests,
/// beside the set of what is reached.
class LivenessScan {
public:
    /// `pack_limit`: up to how many bytes an object is small; 0 for a store without packs.
    LivenessScan(Catalog& catalog, LiveSet& reached, std::uint64_t pack_limit)
        : catalog_(catalog), reached_(reached), pack_limit_(pack_limit) {}

    struct Visit {
        /// A loose object, a manifest with its content, or a pack, that no live version reaches.
        std::function<void(const FileRow&, const std::optional<Sha256>& content)> unreached;
        /// A file that no row of an object or manifest names any more.
        std::function<void(const FileRow&)> orphan;
        /// One that is reached, although it bears a mark.
        std::function<void(const FileRow&)> again;
    };
    void run(const Visit& visit);

    /// After run(): the packs of which something is reached.
    const std::vector<PackUse>& packs() const { return packs_; }
    /// After run(): small objects that are reached, whole, and loose.
    const SmallObjects& small_objects() const { return small_; }
    /// Walks once more and hands over each reached object that is not known to be damaged and is
    /// either small and loose, if `small_objects`, or lies in a pack that is half garbage.
    void for_each_to_move(bool small_objects, const std::function<void(const ObjectRow&)>& visit);

private:
    bool may_be_packed(const ObjectRow& row, DigestProbe& segments) const;
    void visit_objects(const Visit& visit);
    void visit_manifests(const Visit& visit);

    Catalog& catalog_;
    LiveSet& reached_;
    std::uint64_t pack_limit_;
    std::vector<PackUse> packs_;
    SmallObjects small_;
    SortedDigests segments_; ///< of all manifests that have rows
};

} // namespace vitrine
