// SPDX-License-Identifier: MIT
#include "artifact/draft/store_references.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/content/store_content.hpp"
#include "core/text.hpp"
#include "reference/uri.hpp"

#include <filesystem>
#include <utility>

namespace vitrine {

bool StoreReferences::can_refer_to(const ArtifactContent& content) const {
    const auto version = content.open_version();
    if (!version || content.id().empty()) {
        return false;
    }
    const OpenStore& other = version->store();
    const OpenStore& own = engine_.store();
    return &other == &own || (other.settings.store_id == own.settings.store_id &&
                              std::filesystem::equivalent(other.layout.root, own.layout.root));
}

Entry StoreReferences::make(const ArtifactContent& content, const Entry& entry, std::string path) {
    const LocatedEntry at = content.locate(entry);
    staging_.hold(content.open_version());
    Entry reference{.path = EntryPath(std::move(path))};
    reference.object = at.entry.object;
    reference.object_size = at.entry.object_size;
    reference.digest = at.entry.digest;
    reference.size = 0;
    // Where the chain ends at a reference that this store cannot follow, that one is passed on.
    const bool ends_early = at.entry.ref && ArtifactUri::try_parse(*at.entry.ref);
    reference.ref =
        ends_early ? *at.entry.ref : ArtifactUri{at.owner->id(), at.entry.path.str()}.render();
    reference.extra = at.entry.extra;
    reference.value_type = at.owner->value_type(at.entry);
    return reference;
}

std::shared_ptr<const ArtifactContent> StoreReferences::find_source(std::string_view id) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = sources_.find(id); known != sources_.end()) {
            return known->second;
        }
    }
    std::shared_ptr<const ArtifactContent> found;
    if (auto version = engine_.open_version_by_id(id)) {
        found = StoreContent::of_version(std::move(version), context_);
    } else {
        for (const auto& held : staging_.held()) {
            found = StoreContent::of_version(held, context_)->source(id);
            if (found) {
                break;
            }
        }
    }
    if (!found) {
        throw Error(ErrorCode::NotFound,
                    concat("no artifact of this store has the id ", quoted(render_hex(id))));
    }
    const std::lock_guard lock(mutex_);
    return sources_.try_emplace(std::string(id), std::move(found)).first->second;
}

} // namespace vitrine
