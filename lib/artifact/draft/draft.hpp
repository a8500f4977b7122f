// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/value/dialect.hpp>

#include "artifact/content/open_context.hpp"
#include "artifact/draft/draft_table.hpp"
#include "artifact/draft/file_adds.hpp"
#include "artifact/draft/reference_adds.hpp"
#include "artifact/draft/store_references.hpp"
#include "artifact/draft/value_adds.hpp"
#include "core/file_names.hpp"
#include "engine/engine.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vitrine {

/// The state of an ArtifactBuilder, put together from parts with one job each.
///
/// A call first does its slow work without the table's lock: it stages bytes and collects the
/// entries to add (PendingAdds). Then DraftTable::apply adds them under the one lock, all or none.
/// So an error leaves the entries as they were, and threads wait for each other only at the table.
class ArtifactBuilder::Draft {
public:
    /// `base` is null for a draft that starts empty.
    Draft(std::shared_ptr<Engine> engine, OpenContext context,
          std::shared_ptr<const OpenVersion> base, std::string name, std::string type);

    FileAdds& files() noexcept { return files_; }
    ReferenceAdds& references() noexcept { return references_; }
    Entry add(const Value& value, std::string_view name) {
        return add_value(value_parts_, value, name);
    }
    /// Throws: NotFound.
    std::uint64_t remove(std::string_view path);

    Manifest manifest() const { return table_.manifest(); }
    /// Describes the version for Engine::commit, which does not change this draft.
    CommitRequest commit_request() const;
    const std::shared_ptr<Engine>& engine() const noexcept { return engine_; }
    DraftStaging& staging() noexcept { return *staging_; }
    const std::string& name() const noexcept { return name_; }
    const std::string& type() const noexcept { return type_; }

    /// Of the version that the draft becomes.
    std::string description;
    Json metadata = Json::object();

private:
    const std::shared_ptr<Engine> engine_;
    const OpenContext context_;
    const std::shared_ptr<const OpenVersion> base_;
    const std::string name_;
    const std::string type_;
    const Dialect& dialect_;
    const FileMembers file_members_;
    const std::unique_ptr<DraftStaging> staging_;

    // Each refers to those above.
    DraftTable table_;
    StoreReferences store_references_;
    FileAdds files_;
    ReferenceAdds references_;
    const ValueParts value_parts_;
};

} // namespace vitrine
