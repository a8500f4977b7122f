// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "artifact/content/store_content.hpp"
#include "artifact/draft/draft.hpp"
#include "core/text.hpp"
#include "reference/reference_handlers.hpp"
#include "reference/uri.hpp"

#include <utility>

namespace vitrine {

void ArtifactBuilder::Draft::hold(const std::shared_ptr<const OpenVersion>& version) {
    {
        const std::lock_guard lock(mutex_);
        if (!held_.insert(version.get()).second) {
            return;
        }
    }
    storage_->hold(version);
}

bool ArtifactBuilder::Draft::is_of_this_store(const ArtifactContent& content) const {
    const auto version = content.open_version();
    if (!version || content.id().empty()) {
        return false;
    }
    const OpenStore& other = version->store();
    const OpenStore& own = engine_->store();
    return &other == &own || (other.settings.store_id == own.settings.store_id &&
                              std::filesystem::equivalent(other.layout.root, own.layout.root));
}

Entry ArtifactBuilder::Draft::reference_to(const ArtifactContent& content, const Entry& entry,
                                           std::string path) {
    const LocatedEntry at = content.locate(entry);
    hold(content.open_version());
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

std::shared_ptr<const ArtifactContent> ArtifactBuilder::Draft::find_source(std::string_view id) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = sources_.find(id); known != sources_.end()) {
            return known->second;
        }
    }
    std::shared_ptr<const ArtifactContent> found;
    if (auto version = engine_->open_version_by_id(id)) {
        found = StoreContent::of_version(std::move(version), context_);
    } else {
        for (const auto& held : storage_->held()) {
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

Entry ArtifactBuilder::Draft::add_reference(const ArtifactContent& content, const Entry& entry,
                                            std::string_view name) {
    if (!is_of_this_store(content)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("cannot refer to ", quoted(entry.path.str()), " of ",
                           quoted(content.name()),
                           ", which is no artifact of this store: add its files instead"));
    }
    const std::string path(name.empty() ? last_component(entry.path.str()) : name);
    return apply_one(reference_to(content, entry, path), nullptr);
}

std::vector<Entry> ArtifactBuilder::Draft::add_reference(std::string_view uri,
                                                         std::string_view name,
                                                         const AddReferenceOptions& options) {
    if (const auto artifact_uri = ArtifactUri::try_parse(uri)) {
        const auto content = find_source(artifact_uri->id);
        return {add_reference(*content, content->require(artifact_uri->path), name)};
    }
    std::vector<Entry> entries =
        context_.references->track(uri, {.name = std::string(name),
                                         .checksum = options.checksum,
                                         .max_objects = options.max_objects,
                                         .stop = options.stop});
    PendingAdds pending;
    for (const Entry& entry : entries) {
        pending.put({.entry = entry});
    }
    apply(pending);
    return entries;
}

} // namespace vitrine
