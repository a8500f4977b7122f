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

/// The contents that a version needs: its own and those of its kept manifests.
std::vector<Sha256> contents_of(const VersionRow& row);

/// All that live versions reach, collected from manifests alone: own and kept.
///
/// Manifests share segments, and what they share is not walked again: where the older segments of a
/// manifest are those of another content that was collected, the newer ones hold all that it
/// reaches beyond that. What they hide of the older ones is reached by that other content, so that
/// the result is exact.
///
/// In memory it holds some hundred bytes for each content; objects and segments, which are many
/// more, lie in sets that spill to disk.
class LiveSet {
public:
    using Choose = std::function<bool(const VersionRow&)>;

    explicit LiveSet(OpenStore& store) : store_(store) {}

    /// Adds what the versions of the catalogue reach that `choose` wants, all if it is empty. What
    /// was collected before costs nothing more, so that this also looks for what is new.
    /// Throws: Corruption for a manifest that cannot be read; Cancelled.
    void add_versions(Catalog& catalog, const ProgressOptions& progress, const Choose& choose = {});
    const std::unordered_set<Sha256, Sha256Hash>& contents() const { return contents_; }
    /// Objects of entries, and their sizes.
    SortedDigests& objects() { return objects_; }
    SortedDigests& segments() { return segments_; }
    /// How many items of segments were read for it.
    std::uint64_t items() const { return items_; }

private:
    void add(Catalog& catalog, const ManifestRow& row);
    std::uint64_t add(const Layers& layers);
    std::size_t count_new_segments(std::span<const Sha256> segments);

    OpenStore& store_;
    std::unordered_set<Sha256, Sha256Hash> contents_;
    std::unordered_set<Sha256, Sha256Hash>
        segment_lists_; ///< of these contents, as one digest each
    SortedDigests objects_;
    SortedDigests segments_;
    std::uint64_t items_ = 0;
};

} // namespace vitrine
