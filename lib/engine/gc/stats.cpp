// SPDX-License-Identifier: MIT
#include "engine/gc/stats.hpp"

#include "engine/store/live_set.hpp"

#include <set>
#include <string>

namespace vitrine {

namespace {

void add_manifest_bytes(Catalog& catalog, LiveSet& live, StoreStats& stats) {
    for (const Sha256& content : live.contents()) {
        stats.manifest_bytes += require_manifest(catalog, content).file.size;
    }
    live.segments().for_each([&](const SortedDigests::Item& segment) {
        if (const auto row = catalog.objects.find(segment.digest)) {
            stats.manifest_bytes += row->size;
        }
    });
}

} // namespace

StoreStats measure_store(OpenStore& store) {
    const std::shared_ptr<const Lease> lease = store.leases.take();
    const std::unique_ptr<Catalog> catalog = store.second_catalog();
    const Catalog::ReadTransaction view(*catalog);
    StoreStats stats;
    LiveSet live(store);
    std::set<std::string> names;
    catalog->versions.for_each([&](const VersionRow& row) {
        ++stats.versions;
        names.insert(row.name);
        stats.logical_bytes += require_manifest(*catalog, row.content).logical_bytes;
    });
    stats.artifacts = names.size();
    live.add_versions(*catalog, {});
    live.objects().for_each([&](const SortedDigests::Item& object) {
        ++stats.objects;
        stats.object_bytes += object.size;
    });
    add_manifest_bytes(*catalog, live, stats);
    catalog->files.for_each([&](const FileRow& file) { stats.stored_bytes += file.size; });
    return stats;
}

} // namespace vitrine
