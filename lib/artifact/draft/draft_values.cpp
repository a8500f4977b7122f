// SPDX-License-Identifier: MIT
#include "artifact/draft/add_session.hpp"
#include "artifact/draft/draft.hpp"

#include <utility>

namespace vitrine {

std::string ArtifactBuilder::Draft::artifact_type_of(const Value& value) const {
    const ValueType* known = context_.types->find(value.type());
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

std::optional<Entry> ArtifactBuilder::Draft::add_again(const Value& value,
                                                       const std::string& path) {
    auto known = find_identity(value.identity());
    if (!known) {
        return std::nullopt;
    }
    known->path = EntryPath(path);
    return apply_one(*std::move(known), nullptr);
}

PendingAdds ArtifactBuilder::Draft::prepare(const Value& value, const std::string& path) {
    PendingAdds pending;
    if (const auto& source = value.artifact_source(); source && !source->name.empty()) {
        const auto content = std::dynamic_pointer_cast<const ArtifactContent>(source->artifact);
        if (content && is_of_this_store(*content)) {
            if (const auto entry = content->find_value(source->name, artifact_type_of(value))) {
                pending.put({.entry = reference_to(*content, *entry, path)});
            }
        }
    }
    if (pending.items.empty()) {
        pending.put(AddSession::write(*this, pending, value, path));
    }
    pending.identities.emplace_back(value.identity(), path);
    return pending;
}

Entry ArtifactBuilder::Draft::add(const Value& value, std::string_view name) {
    const std::string path = with_suffix(name, artifact_type_of(value));
    static_cast<void>(EntryPath(path)); // Refused before any file is staged.
    if (auto entry = add_again(value, path)) {
        return *std::move(entry);
    }
    for (;;) {
        const PendingAdds pending = prepare(value, path);
        // Each round follows a change that another thread made, so this ends.
        if (apply(pending)) {
            return pending.items.find(path)->second.entry;
        }
    }
}

} // namespace vitrine
