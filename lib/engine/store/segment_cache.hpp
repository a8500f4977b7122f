// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "catalog/catalog.hpp"
#include "engine/store/store_layout.hpp"
#include "manifest/segment_file.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace vitrine {

/// Opens manifests of a store. Versions share segments, and so do their readers: a segment that
/// somebody has open is not opened again. Safe to use from many threads.
class SegmentCache {
public:
    explicit SegmentCache(StoreLayout layout) : layout_(std::move(layout)) {}

    /// The manifest that the row's segments make up; `catalog` says where they lie. The caller
    /// holds a lease, or is gc itself. Throws: Corruption, IoError.
    Manifest open(Catalog& catalog, const ManifestRow& row);
    /// Readers of some segments, in that order. The same holds.
    std::vector<std::shared_ptr<const SegmentReader>>
    open_segments(Catalog& catalog, std::span<const Sha256> segments);

private:
    std::shared_ptr<const SegmentReader> open_segment(Catalog& catalog, const Sha256& segment);

    StoreLayout layout_;
    std::mutex mutex_;
    std::map<Sha256, std::weak_ptr<const SegmentReader>> open_;
};

/// The manifest of a content. Throws: Corruption if the catalogue has none.
ManifestRow require_manifest(Catalog& catalog, const Sha256& content);

} // namespace vitrine
