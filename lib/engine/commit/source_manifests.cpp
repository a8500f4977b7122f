// SPDX-License-Identifier: MIT
#include "engine/commit/source_manifests.hpp"

#include "engine/store/version_reference.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

/// A look-up reads and decodes a block of each segment. From this many look-ups on, loading all
/// entries into memory is cheaper.
constexpr std::uint64_t kLookupsBeforeLoading = 64;

Manifest loaded(const Manifest& manifest) {
    std::vector<Entry> entries;
    entries.reserve(manifest.size());
    for (const Entry& entry : manifest.entries()) {
        entries.push_back(entry);
    }
    return Manifest(std::move(entries));
}

} // namespace

void SourceManifest::add(std::string name, const Sha256& content, Manifest manifest) {
    if (name_.empty()) {
        name_ = std::move(name);
    }
    const auto same = [&](const Part& part) { return part.content == content; };
    if (std::any_of(parts_.begin(), parts_.end(), same)) {
        return;
    }
    parts_.push_back({content, std::move(manifest)});
    std::stable_sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
        return a.manifest.size() > b.manifest.size();
    });
}

void SourceManifest::count_lookup() {
    if (++lookups_ == kLookupsBeforeLoading) {
        for (Part& part : parts_) {
            part.manifest = loaded(part.manifest);
        }
    }
}

std::optional<Entry> SourceManifest::find(const std::string& path) {
    count_lookup();
    for (const Part& part : parts_) {
        if (auto entry = part.manifest.find(path)) {
            return entry;
        }
    }
    return std::nullopt;
}

void SourceManifest::for_each_below(const std::string& folder,
                                    const std::function<void(const Entry&)>& visit) {
    count_lookup();
    for (const Part& part : parts_) {
        for (const Entry& entry : part.manifest.entries(folder)) {
            visit(entry);
        }
    }
}

const Manifest& SourceManifest::largest() const {
    return parts_.front().manifest;
}

const Sha256& SourceManifest::largest_content() const {
    return parts_.front().content;
}

void SourceManifests::add(const OpenVersion& version) {
    const VersionRow& row = version.record();
    by_id_[row.id].add(version_name(row.name, row.number), row.content, version.manifest());
    for (const Dependency& dependency : row.dependencies) {
        // Thousands of values may come from versions with the same dependencies.
        if (!added_.insert(sha256_of(dependency.content.hex() + dependency.id)).second) {
            continue;
        }
        if (auto manifest = version.dependency_manifest(dependency.id)) {
            by_id_[dependency.id].add(dependency.name, dependency.content, std::move(*manifest));
        }
    }
}

SourceManifest* SourceManifests::find(const std::string& id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

} // namespace vitrine
