// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/core/progress.hpp>

#include "catalog/catalog.hpp"
#include "core/digest_hash.hpp"
#include "core/sorted_digests.hpp"
#include "engine/store/open_store.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_set>
#include <vector>

namespace vitrine {

/// The contents that a version needs: its own, and those of its dependencies.
std::vector<Sha256> contents_of(const VersionRow& row);

/// The live set: all contents, segments and objects that live versions reference, themselves or
/// through dependencies. It is collected from manifests alone.
///
/// Manifests share segments, and shared segments are walked once: if the older segments of a
/// manifest are all segments of a content that was collected before, only the newer ones are
/// walked. The older ones may have entries that the newer ones hide; the other content references
/// these, so the result is exact.
///
/// It needs some hundred bytes of memory for each content. Objects and segments, which are many
/// more, are in sets that spill to disk. One thread at a time.
class LiveSet {
public:
    using Choose = std::function<bool(const VersionRow&)>;

    explicit LiveSet(OpenStore& store) : store_(store) {}

    /// Adds what the versions of the catalogue reference for which `choose` returns true; those of
    /// all versions if it is empty. Contents that were added before cost nothing, so a second call
    /// adds new versions quickly. Throws: Corruption if a manifest cannot be read; Cancelled,
    /// IoError, DatabaseError.
    void add_versions(Catalog& catalog, const ProgressOptions& progress, const Choose& choose = {});
    const std::unordered_set<Sha256, Sha256Hash>& contents() const { return contents_; }
    /// The objects of entries, and their sizes.
    SortedDigests& objects() { return objects_; }
    SortedDigests& segments() { return segments_; }
    /// The number of segment items that were read to collect it.
    std::uint64_t items() const { return items_; }

private:
    void add(Catalog& catalog, const ManifestRow& row);
    std::uint64_t add(const Layers& layers);
    std::size_t count_new_segments(std::span<const Sha256> segments);

    OpenStore& store_;
    std::unordered_set<Sha256, Sha256Hash> contents_;
    /// The segment lists of these contents, each as one digest.
    std::unordered_set<Sha256, Sha256Hash> segment_lists_;
    SortedDigests objects_;
    SortedDigests segments_;
    std::uint64_t items_ = 0;
};

} // namespace vitrine
