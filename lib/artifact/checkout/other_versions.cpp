// SPDX-License-Identifier: MIT
#include "artifact/checkout/other_versions.hpp"

#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>

#include "engine/store/open_version.hpp"
#include "manifest/difference.hpp"

#include <set>
#include <utility>

namespace vitrine {

std::string render_manifest(const Manifest& manifest) {
    return render_json(manifest_to_json(manifest), kManifestJson);
}

/// Calls `visit` for each version, the newest first.
void OtherVersions::for_each(const std::function<void(const VersionRow&)>& visit) const {
    const auto version = content_.open_version();
    if (!version) {
        return;
    }
    VersionTable& versions = version->store().reads->versions;
    const std::string& name = version->record().name;
    const std::vector<std::uint64_t> numbers = versions.numbers_of(name);
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        if (const auto row = versions.find(name, *number)) {
            visit(*row);
        }
    }
}

/// Calls `visit` with the manifest of a content, unless that cannot be read.
void OtherVersions::with_manifest(const Sha256& content,
                                  const std::function<void(const Manifest&)>& visit) const {
    OpenStore& store = content_.open_version()->store();
    try {
        visit(store.segments.open(*store.reads, require_manifest(*store.reads, content)));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Corruption && error.code() != ErrorCode::NotFound) {
            throw;
        }
    }
}

std::vector<std::string> OtherVersions::paths_not_here() const {
    std::set<std::string> paths;
    std::set<Sha256> visited;
    const Manifest& own = content_.manifest();
    for_each([&](const VersionRow& row) {
        if (row.id == content_.id() || !visited.insert(row.content).second) {
            return;
        }
        with_manifest(row.content, [&](const Manifest& other) {
            for_each_difference(other, own, [&](const ItemPair& pair) {
                if (pair.after == nullptr) {
                    paths.insert(EntryPath(std::string(pair.path)).disk_path());
                }
            });
        });
    });
    return {paths.begin(), paths.end()};
}

bool OtherVersions::have_manifest(std::string_view text, std::string_view id) const {
    bool is_found = false;
    std::set<Sha256> visited;
    const auto compare = [&](const Sha256& content) {
        if (!is_found && visited.insert(content).second) {
            with_manifest(content, [&](const Manifest& manifest) {
                is_found = render_manifest(manifest) == text;
            });
        }
    };
    for_each([&](const VersionRow& row) {
        if (id.empty()) {
            compare(row.content);
        }
        for (const Dependency& dependency : row.dependencies) {
            if (dependency.id == id) {
                compare(dependency.content);
            }
        }
    });
    return is_found;
}

bool OtherVersions::have_source_names(std::string_view text) const {
    bool is_found = false;
    for_each([&](const VersionRow& row) {
        Json names = Json::object();
        for (const Dependency& dependency : row.dependencies) {
            names[render_hex(dependency.id)] = dependency.name;
        }
        is_found = is_found || render_json(names) == text;
    });
    return is_found;
}

} // namespace vitrine
