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

/// Opens the manifests of a store. Versions share segments, and share their readers: a segment is
/// open at most once. Safe to use from many threads.
class SegmentCache {
public:
    explicit SegmentCache(StoreLayout layout) : layout_(std::move(layout)) {}

    /// Opens the manifest that consists of the row's segments; `catalog` has their locations. The
    /// caller holds a lease, or is gc itself. Throws: Corruption, IoError, DatabaseError.
    Manifest open(Catalog& catalog, const ManifestRow& row);
    /// Opens some segments, and returns their readers in the same order. As open() otherwise.
    std::vector<std::shared_ptr<const SegmentReader>>
    open_segments(Catalog& catalog, std::span<const Sha256> segments);

private:
    std::shared_ptr<const SegmentReader> open_segment(Catalog& catalog, const Sha256& segment);

    StoreLayout layout_;
    std::mutex mutex_;
    std::map<Sha256, std::weak_ptr<const SegmentReader>> open_;
};

/// Returns the row of the manifest of a content. Throws: Corruption if the catalogue has none.
ManifestRow require_manifest(Catalog& catalog, const Sha256& content);

} // namespace vitrine
