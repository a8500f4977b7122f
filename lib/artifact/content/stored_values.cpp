// SPDX-License-Identifier: MIT
//
// How values are found and restored: a value is the entry of its JSON.
#include <vitrine/core/error.hpp>
#include <vitrine/value/opaque_value.hpp>

#include "artifact/content/artifact_content.hpp"
#include "core/json_scanner.hpp"
#include "core/text.hpp"

#include <utility>

namespace vitrine {

namespace {

/// Returns the annotations, for which a value's JSON has no member.
Json value_annotations(const Entry& entry) {
    return entry.extra.is_object() ? entry.extra.value("vitrine", Json::object()) : Json::object();
}

/// Returns whether a file name ends with a type. Saved models have the member `type`, not `_type`;
/// it counts only if the file's name agrees.
bool is_named_by(std::string_view path, std::string_view type) {
    return !type.empty() && path.ends_with(concat('.', type, ".json"));
}

/// Returns the type of the value whose JSON is stored at `path`; "" if it is no value's JSON.
std::string type_of_value(const Json& json, std::string_view path) {
    const auto member = [&](const char* name) {
        const auto found = json.is_object() ? json.find(name) : json.end();
        return found != json.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
    };
    std::string type = member("_type");
    if (type.empty() && is_named_by(path, member("type"))) {
        type = member("type");
    }
    return type;
}

/// Restores a value of a type that is read from a stream.
std::shared_ptr<const Value> read_streamed(const ValueType& type, const LocatedEntry& at,
                                           std::string name) {
    const auto text = at.open();
    try {
        return read_value(type, *text, value_annotations(at.entry), at.owner, std::move(name));
    } catch (const Error&) {
        // If the bytes are damaged, that is the error to report.
        if (auto* checked = dynamic_cast<CheckedInput*>(text.get())) {
            checked->drain();
        }
        throw;
    }
}

/// Restores a value from its whole JSON. `type`: the one recorded or named by the path.
std::shared_ptr<const Value> read_whole(std::string type, const LocatedEntry& at, std::string name,
                                        bool opaque) {
    Json json = parse_json(at.read());
    const std::string own_type = type_of_value(json, at.entry.path.str());
    // W&B writes the boxes of an artifact as a bare list: only the file's name tells their type.
    if (json.is_object()) {
        type.clear();
    }
    const bool is_registered = !type.empty() || at.owner->types().find(own_type) != nullptr;
    json = with_annotations(std::move(json), value_annotations(at.entry));
    if (opaque && !is_registered && !own_type.empty()) {
        return restore_opaque(std::move(json), at.owner, std::move(name));
    }
    return restore_value(json, at.owner, std::move(name), type);
}

} // namespace

std::optional<std::string> value_type_by_name(std::string_view path, const TypeRegistry& types) {
    if (!path.ends_with(".json")) {
        return std::nullopt;
    }
    for (const ValueType& type : types.type_mapping()) {
        if (!type.artifact_type.empty() && path.ends_with(type.artifact_type + ".json")) {
            return type.type;
        }
    }
    return std::nullopt;
}

std::optional<std::string> ArtifactContent::value_type(const Entry& entry) const {
    return entry.value_type ? entry.value_type : value_type_by_name(entry.path.str(), types());
}

bool ArtifactContent::is_value(const Entry& entry) const {
    if (value_type(entry)) {
        return true;
    }
    // A value of a type without a suffix is stored as a plain .json: only its text tells.
    if (!entry.path.str().ends_with(".json")) {
        return false;
    }
    try {
        const LocatedEntry at = locate(entry);
        const auto member = [&](std::string_view name) { return type_in_json(*at.open(), name); };
        return !member("_type").empty() || is_named_by(entry.path.str(), member("type"));
    } catch (const Error& error) {
        if (error.code() == ErrorCode::InvalidFormat || error.code() == ErrorCode::Unsupported) {
            return false;
        }
        throw;
    }
}

std::optional<Entry> ArtifactContent::find_value(std::string_view name,
                                                 std::string_view first_type) const {
    if (auto entry = manifest().find(name); entry && is_value(*entry)) {
        return entry;
    }
    if (!first_type.empty()) {
        if (auto entry = manifest().find(with_suffix(name, first_type))) {
            return entry;
        }
    }
    for (const ValueType& type : types().type_mapping()) {
        if (type.artifact_type.empty()) {
            continue;
        }
        if (auto entry = manifest().find(with_suffix(name, type.artifact_type))) {
            return entry;
        }
    }
    return std::nullopt;
}

std::shared_ptr<const Value> ArtifactContent::restore(const Entry& entry, std::string name,
                                                      bool opaque) const {
    try {
        const LocatedEntry at = locate(entry);
        if (at.owner.get() != this) {
            name = at.entry.path.str();
        }
        std::string type = at.owner->value_type(at.entry).value_or("");
        const ValueType* known = types().find(type);
        return known != nullptr && known->read
                   ? read_streamed(*known, at, std::move(name))
                   : read_whole(std::move(type), at, std::move(name), opaque);
    } catch (Error& error) {
        error.add_context(
            concat("restoring ", quoted(entry.path.str()), " of ", quoted(this->name())));
        throw;
    }
}

} // namespace vitrine
