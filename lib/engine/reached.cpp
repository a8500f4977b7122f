// SPDX-License-Identifier: MIT
#include "engine/reached.hpp"

#include "engine/progress.hpp"

namespace vitrine {

std::vector<Sha256> contents_of(const VersionRow& row) {
    std::vector<Sha256> contents{row.content};
    for (const KeptSource& kept : row.kept) {
        contents.push_back(kept.content);
    }
    return contents;
}

void Reached::add(Catalog& catalog, const Sha256& content) {
    if (!contents_.insert(content).second) {
        return;
    }
    const ManifestRow row = require_manifest(catalog, content);
    runs_.insert(row.runs.begin(), row.runs.end());
    const Manifest manifest = store_.runs.open(catalog, row);
    for (const Entry& entry : manifest.entries()) {
        if (entry.object) {
            objects_.emplace(*entry.object, entry.object_size);
        }
    }
}

void Reached::add(Catalog& catalog, const VersionRow& row) {
    for (const Sha256& content : contents_of(row)) {
        add(catalog, content);
    }
}

void Reached::add_all(Catalog& catalog, const ProgressOptions& progress) {
    std::uint64_t versions = 0;
    catalog.for_each_version([&](const VersionRow& row) {
        report_progress(progress, {"collecting", versions++, 0, 0});
        add(catalog, row);
    });
}

} // namespace vitrine
