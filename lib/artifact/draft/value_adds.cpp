// SPDX-License-Identifier: MIT
#include "artifact/draft/value_adds.hpp"

#include "artifact/draft/add_session.hpp"

#include <memory>
#include <utility>

namespace vitrine {

namespace {

std::string artifact_type_of(const Value& value, const TypeRegistry& types) {
    const ValueType* known = types.find(value.type());
    if (known != nullptr) {
        return known->artifact_type;
    }
    // A type that the registry does not know is named as its JSON was; a new one by its `_type`.
    const std::string type(value.type());
    const auto& source = value.artifact_source();
    if (!source || source->name.empty()) {
        return type;
    }
    return source->name.ends_with(type + ".json") || !source->name.ends_with(".json")
               ? type
               : std::string();
}

/// Collects what to add for a value at `path`. The draft stays as it is.
PendingAdds prepare(const ValueParts& parts, const Value& value, const std::string& path) {
    PendingAdds pending;
    pending.put(value_item(parts, pending, value, origin_of(value, parts.types), path));
    pending.identities.emplace_back(value.identity(), path);
    return pending;
}

} // namespace

std::optional<LocatedEntry> origin_of(const Value& value, const TypeRegistry& types) {
    const auto& source = value.artifact_source();
    if (!source || source->name.empty()) {
        return std::nullopt;
    }
    auto content = std::dynamic_pointer_cast<const ArtifactContent>(source->artifact);
    auto entry =
        content ? content->find_value(source->name, artifact_type_of(value, types)) : std::nullopt;
    return entry ? std::optional(LocatedEntry{std::move(content), *std::move(entry)})
                 : std::nullopt;
}

PendingAdds::Item value_item(const ValueParts& parts, PendingAdds& pending, const Value& value,
                             const std::optional<LocatedEntry>& origin, std::string path) {
    if (origin && parts.references.can_refer_to(*origin->owner)) {
        return {.entry = parts.references.make(*origin->owner, origin->entry, std::move(path))};
    }
    return AddSession(parts, pending).write(value, std::move(path));
}

Entry add_value(const ValueParts& parts, const Value& value, std::string_view name) {
    const std::string path = with_suffix(name, artifact_type_of(value, parts.types));
    EntryPath entry_path(path); // Refused before any file is staged.
    if (auto known = parts.table.find_identity(value.identity())) {
        known->path = std::move(entry_path);
        return parts.table.apply(*std::move(known));
    }
    for (;;) {
        const PendingAdds pending = prepare(parts, value, path);
        // Each round follows a change that another thread made, so this ends.
        if (parts.table.apply(pending)) {
            return pending.items.find(path)->second.entry;
        }
    }
}

} // namespace vitrine
