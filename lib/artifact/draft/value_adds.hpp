// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/dialect.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>

#include "artifact/content/artifact_content.hpp"
#include "artifact/draft/draft_table.hpp"
#include "artifact/draft/pending_adds.hpp"
#include "artifact/draft/store_references.hpp"
#include "engine/commit/draft_staging.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// The parts of a draft to which values are added. Safe to use from many threads.
struct ValueParts {
    DraftStaging& staging;
    DraftTable& table;
    StoreReferences& references;
    const TypeRegistry& types;
    const Dialect& dialect;
};

/// Adds a value and its files to a draft: ArtifactBuilder::add. Throws: as that.
Entry add_value(const ValueParts& parts, const Value& value, std::string_view name);

/// The entry from which a value was restored, and the artifact that has it; nothing for a value
/// that was made, or that is in a cell of a table.
std::optional<LocatedEntry> origin_of(const Value& value, const TypeRegistry& types);

/// Makes what is added for a value at `path`: a reference to its origin if that is in an artifact
/// of this store, else the JSON, after the value's files were staged and put into `pending`.
/// Throws: what Value::to_json throws.
PendingAdds::Item value_item(const ValueParts& parts, PendingAdds& pending, const Value& value,
                             const std::optional<LocatedEntry>& origin, std::string path);

} // namespace vitrine
