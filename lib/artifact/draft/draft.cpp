// SPDX-License-Identifier: MIT
#include "artifact/draft/draft.hpp"

#include <utility>

namespace vitrine {

namespace {

const Dialect& dialect_of(const Engine& engine, const OpenVersion* base) {
    return dialect_named(base != nullptr ? base->record().dialect : engine.settings().dialect);
}

} // namespace

ArtifactBuilder::Draft::Draft(std::shared_ptr<Engine> engine, OpenContext context,
                              std::shared_ptr<const OpenVersion> base, std::string name,
                              std::string type)
    : engine_(std::move(engine)), context_(std::move(context)),
      files_(file_members_of(*context_.types)), base_(std::move(base)), name_(std::move(name)),
      type_(std::move(type)), dialect_(&dialect_of(*engine_, base_.get())),
      storage_(engine_->new_draft(base_)), entries_(base_ ? base_->manifest() : Manifest()) {
    if (base_) {
        description = base_->record().description;
        metadata = base_->record().metadata;
    }
}

Manifest ArtifactBuilder::Draft::manifest() const {
    const std::lock_guard lock(mutex_);
    return entries_.manifest();
}

CommitRequest ArtifactBuilder::Draft::commit_request() const {
    CommitRequest request;
    request.name = name_;
    request.type = type_;
    request.manifest = manifest();
    request.metadata = metadata;
    request.description = description;
    request.dialect = dialect_->name();
    request.base = base_;
    request.file_members = files_;
    return request;
}

std::optional<Entry> ArtifactBuilder::Draft::find(std::string_view path) const {
    const std::lock_guard lock(mutex_);
    return entries_.find(path);
}

std::optional<Entry> ArtifactBuilder::Draft::find_added(std::string_view path) const {
    const std::lock_guard lock(mutex_);
    return entries_.find_added(path);
}

std::optional<std::string> ArtifactBuilder::Draft::find_local(std::string_view local_path,
                                                              const Sha256& bytes) const {
    const std::lock_guard lock(mutex_);
    for (std::string& path : local_paths_.find(local_path)) {
        const auto entry = entries_.find_added(path);
        if (entry && entry->object == bytes) {
            return std::move(path);
        }
    }
    return std::nullopt;
}

std::optional<Entry> ArtifactBuilder::Draft::find_identity(std::uint64_t identity) const {
    const std::lock_guard lock(mutex_);
    const auto known = identities_.find(identity);
    if (known == identities_.end()) {
        return std::nullopt;
    }
    // It may have been removed since, or another value may have its name.
    auto entry = entries_.find_added(known->second.path);
    return entry && entry->digest == known->second.digest ? std::move(entry) : std::nullopt;
}

} // namespace vitrine
