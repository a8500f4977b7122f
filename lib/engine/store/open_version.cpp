// SPDX-License-Identifier: MIT
#include "engine/store/open_version.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

Manifest open_content(OpenStore& store, const Sha256& content) {
    return store.segments.open(*store.reads, require_manifest(*store.reads, content));
}

using FindRow = std::function<std::optional<VersionRow>()>;

/// Takes a lease, then reads the rows of the version in one view. `moves`: see latest_when_opened.
std::shared_ptr<const OpenVersion> open_row(const std::shared_ptr<OpenStore>& store,
                                            const FindRow& find, bool moves) {
    std::shared_ptr<const Lease> lease = store->leases.take();
    std::optional<VersionRow> row;
    std::vector<std::string> aliases;
    std::optional<std::uint64_t> latest;
    {
        const Catalog::ReadTransaction view(*store->reads);
        row = find();
        if (!row) {
            return nullptr;
        }
        aliases = aliases_of(*store->reads, row->name, row->number);
        if (moves) {
            latest = find_number(*store->reads, {row->name, std::nullopt, {}});
        }
    }
    // The lease protects the manifests, so they are opened after the view, which blocks others.
    return std::make_shared<OpenVersion>(store, std::move(lease), *std::move(row),
                                         std::move(aliases), latest);
}

} // namespace

OpenVersion::OpenVersion(std::shared_ptr<OpenStore> store, std::shared_ptr<const Lease> lease,
                         VersionRow row, std::vector<std::string> aliases,
                         std::optional<std::uint64_t> latest)
    : store_(std::move(store)), lease_(std::move(lease)), row_(std::move(row)),
      aliases_(std::move(aliases)), latest_(latest) {
    try {
        manifest_ = open_content(*store_, row_.content);
    } catch (Error& error) {
        error.add_context(concat("opening ", quoted(version_name(row_.name, row_.number))));
        throw;
    }
}

std::shared_ptr<const OpenVersion> OpenVersion::open(const std::shared_ptr<OpenStore>& store,
                                                     const VersionReference& reference) {
    return open_row(
        store, [&] { return find_referenced(*store->reads, reference); }, !reference.number);
}

std::shared_ptr<const OpenVersion> OpenVersion::find(const std::shared_ptr<OpenStore>& store,
                                                     std::string_view id) {
    return open_row(
        store, [&] { return store->reads->versions.find_by_id(id); }, false);
}

std::optional<Manifest> OpenVersion::dependency_manifest(std::string_view id) const {
    const auto dependency = std::ranges::find(row_.dependencies, id, &Dependency::id);
    if (dependency == row_.dependencies.end()) {
        return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    auto known = dependency_manifests_.find(id);
    if (known == dependency_manifests_.end()) {
        known = dependency_manifests_
                    .emplace(dependency->id, open_content(*store_, dependency->content))
                    .first;
    }
    return known->second;
}

} // namespace vitrine
