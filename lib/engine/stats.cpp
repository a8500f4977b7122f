// SPDX-License-Identifier: MIT
#include "engine/stats.hpp"

#include "engine/reached.hpp"

#include <set>
#include <string>

namespace vitrine {

namespace {

void add_manifest_bytes(Catalog& catalog, const Reached& reached, StoreStats& stats) {
    for (const Sha256& content : reached.contents()) {
        stats.manifest_bytes += require_manifest(catalog, content).file.size;
    }
    for (const Sha256& run : reached.runs()) {
        if (const auto row = catalog.find_object(run)) {
            stats.manifest_bytes += row->size;
        }
    }
}

} // namespace

StoreStats measure_store(OpenStore& store) {
    const std::shared_ptr<const Lease> lease = store.leases.take();
    const std::unique_ptr<Catalog> catalog = store.second_catalog();
    const Catalog::ReadTransaction view(*catalog);
    StoreStats stats;
    Reached reached(store);
    std::set<std::string> names;
    catalog->for_each_version([&](const VersionRow& row) {
        ++stats.versions;
        names.insert(row.name);
        stats.logical_bytes += require_manifest(*catalog, row.content).logical_bytes;
        reached.add(*catalog, row);
    });
    stats.artifacts = names.size();
    stats.objects = reached.objects().size();
    for (const auto& [object, size] : reached.objects()) {
        stats.object_bytes += size;
    }
    add_manifest_bytes(*catalog, reached, stats);
    catalog->for_each_file([&](const FileRow& file) { stats.stored_bytes += file.size; });
    return stats;
}

} // namespace vitrine
