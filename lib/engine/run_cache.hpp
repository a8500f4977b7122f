// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "catalog/catalog.hpp"
#include "engine/store_layout.hpp"
#include "manifest/run_file.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace vitrine {

/// Opens manifests of a store. Versions share runs, and so do their readers: a run that somebody
/// has open is not opened again. Safe to use from many threads.
class RunCache {
public:
    explicit RunCache(StoreLayout layout) : layout_(std::move(layout)) {}

    /// The manifest that the row's runs make up; `catalog` says where they lie. The caller holds
    /// a lease, or is gc itself. Throws: Corruption, IoError.
    Manifest open(Catalog& catalog, const ManifestRow& row);
    /// Readers of some runs, in that order. The same holds.
    std::vector<std::shared_ptr<const RunReader>> open_runs(Catalog& catalog,
                                                            std::span<const Sha256> runs);

private:
    std::shared_ptr<const RunReader> open_run(Catalog& catalog, const Sha256& run);

    StoreLayout layout_;
    std::mutex mutex_;
    std::map<Sha256, std::weak_ptr<const RunReader>> open_;
};

/// The manifest of a content. Throws: Corruption if the catalogue has none.
ManifestRow require_manifest(Catalog& catalog, const Sha256& content);

} // namespace vitrine
