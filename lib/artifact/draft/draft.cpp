// SPDX-License-Identifier: MIT
#include "artifact/draft/draft.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "value/file_members.hpp"

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
    : engine_(std::move(engine)), context_(std::move(context)), base_(std::move(base)),
      name_(std::move(name)), type_(std::move(type)), dialect_(dialect_of(*engine_, base_.get())),
      file_members_(file_members_of(*context_.types)), staging_(engine_->new_draft(base_)),
      table_(base_ ? base_->manifest() : Manifest(),
             ValueFiles(*staging_, file_members_, dialect_)),
      store_references_(*engine_, context_, *staging_), files_(*staging_, table_, *context_.types),
      references_(table_, store_references_, *context_.references), value_parts_{*staging_, table_,
                                                                                 store_references_,
                                                                                 *context_.types,
                                                                                 dialect_} {
    if (base_) {
        description = base_->record().description;
        metadata = base_->record().metadata;
    }
}

std::uint64_t ArtifactBuilder::Draft::remove(std::string_view path) {
    const std::uint64_t removed = table_.remove(path);
    if (removed == 0) {
        throw Error(ErrorCode::NotFound, concat("path not contained in the draft of ",
                                                quoted(name_), ": ", quoted(path)));
    }
    return removed;
}

CommitRequest ArtifactBuilder::Draft::commit_request() const {
    CommitRequest request;
    request.name = name_;
    request.type = type_;
    request.manifest = manifest();
    request.metadata = metadata;
    request.description = description;
    request.dialect = dialect_.name();
    request.base = base_;
    request.file_members = file_members_;
    return request;
}

} // namespace vitrine
