// SPDX-License-Identifier: MIT
#include "engine/store/open_version.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/version_reference.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

Manifest open_content(OpenStore& store, const Sha256& content) {
    return store.segments.open(*store.reads, require_manifest(*store.reads, content));
}

} // namespace

StoredVersion::StoredVersion(std::shared_ptr<Engine> engine, OpenStore& store,
                             std::shared_ptr<const Lease> lease, VersionRow row,
                             std::vector<std::string> aliases)
    : engine_(std::move(engine)), store_(store), lease_(std::move(lease)), row_(std::move(row)),
      aliases_(std::move(aliases)) {
    try {
        manifest_ = open_content(store_, row_.content);
    } catch (Error& error) {
        error.add_context(concat("opening ", quoted(version_name(row_.name, row_.number))));
        throw;
    }
}

std::optional<Manifest> StoredVersion::kept(std::string_view id) const {
    const auto source = std::find_if(row_.dependencies.begin(), row_.dependencies.end(),
                                     [&](const Dependency& kept) { return kept.id == id; });
    if (source == row_.dependencies.end()) {
        return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    auto known = kept_.find(id);
    if (known == kept_.end()) {
        known = kept_.emplace(source->id, open_content(store_, source->content)).first;
    }
    return known->second;
}

} // namespace vitrine
