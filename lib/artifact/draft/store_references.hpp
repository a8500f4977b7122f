// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>

#include "artifact/content/artifact_content.hpp"
#include "artifact/content/open_context.hpp"
#include "engine/commit/draft_staging.hpp"
#include "engine/engine.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace vitrine {

/// Makes the references of a draft to entries of other artifacts of its store. Safe to use from
/// many threads.
class StoreReferences {
public:
    /// All must outlive this object.
    StoreReferences(const Engine& engine, const OpenContext& context, DraftStaging& staging)
        : engine_(engine), context_(context), staging_(staging) {}

    /// Returns whether `content` is an artifact of this store, so that references to it are
    /// possible.
    bool can_refer_to(const ArtifactContent& content) const;
    /// Returns a reference at `path` to the artifact at the end of the chain of references that
    /// begins at `entry`. The draft holds the lease of `content` from now on. Requires:
    /// can_refer_to(content). Throws: as ArtifactContent::locate.
    Entry make(const ArtifactContent& content, const Entry& entry, std::string path);
    /// The artifact of this store with that id, or one that a version held by the draft refers to.
    /// Throws: NotFound.
    std::shared_ptr<const ArtifactContent> find_source(std::string_view id);

private:
    const Engine& engine_;
    const OpenContext& context_;
    DraftStaging& staging_;
    std::mutex mutex_;
    /// By id; guarded by mutex_.
    std::map<std::string, std::shared_ptr<const ArtifactContent>, std::less<>> sources_;
};

} // namespace vitrine
