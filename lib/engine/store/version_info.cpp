// SPDX-License-Identifier: MIT
#include "engine/store/version_info.hpp"

#include "core/artifact_name.hpp"
#include "engine/store/segment_cache.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace vitrine {

namespace {

VersionInfo info_of(Catalog& catalog, const VersionRow& row) {
    const ManifestRow manifest = require_manifest(catalog, row.content);
    VersionInfo info;
    info.name = row.name;
    info.version = row.number;
    info.type = row.type;
    info.id = row.id;
    info.digest = row.digest;
    info.created_at = row.created_at;
    info.description = row.description;
    info.aliases = aliases_of(catalog, row.name, row.number);
    info.entries = manifest.entries;
    info.size = manifest.logical_bytes;
    if (row.base) {
        info.base = row.base->second;
        if (row.base->first != row.name) {
            info.base_name = row.base->first;
        }
    }
    info.run = row.run;
    return info;
}

} // namespace

std::vector<ArtifactInfo> list_artifacts(Catalog& catalog) {
    const Catalog::ReadTransaction view(catalog);
    std::vector<ArtifactInfo> artifacts;
    for (const HeadRow& head : catalog.versions.heads()) {
        const std::vector<std::uint64_t> numbers = catalog.versions.numbers_of(head.name);
        if (!numbers.empty()) {
            artifacts.push_back({head.name, head.type, numbers.size(), numbers.back()});
        }
    }
    return artifacts;
}

std::vector<VersionInfo> list_versions(Catalog& catalog, std::string_view name) {
    check_artifact_name(name);
    const Catalog::ReadTransaction view(catalog);
    find_number(catalog, {std::string(name), std::nullopt, {}}); // throws if there is none
    std::vector<VersionInfo> versions;
    for (const std::uint64_t number : catalog.versions.numbers_of(name)) {
        versions.push_back(
            info_of(catalog, find_referenced(catalog, {std::string(name), number, {}})));
    }
    std::reverse(versions.begin(), versions.end());
    return versions;
}

VersionInfo version_info(Catalog& catalog, const VersionReference& reference) {
    const Catalog::ReadTransaction view(catalog);
    return info_of(catalog, find_referenced(catalog, reference));
}

} // namespace vitrine
