// SPDX-License-Identifier: MIT
#include "engine/store/json_fields.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

namespace vitrine {

namespace {

[[noreturn]] void refuse(const std::string& key, std::string_view expected, const Json& got) {
    throw Error(ErrorCode::InvalidFormat,
                concat("'/", key, "': expected ", expected, ", got ", quoted(render_json(got))));
}

} // namespace

const Json& json_member(const Json& object, const std::string& key) {
    const auto found = object.find(key);
    if (found == object.end()) {
        throw Error(ErrorCode::InvalidFormat, concat("'/", key, "' is missing"));
    }
    return *found;
}

std::string json_text(const Json& object, const std::string& key) {
    const Json& member = json_member(object, key);
    if (!member.is_string()) {
        refuse(key, "a string", member);
    }
    return member.get<std::string>();
}

std::uint64_t json_number(const Json& object, const std::string& key) {
    const Json& member = json_member(object, key);
    if (!member.is_number_unsigned()) {
        refuse(key, "a number that is not negative", member);
    }
    return member.get<std::uint64_t>();
}

Json parse_json_object(std::string_view text) {
    Json json = parse_json(text);
    if (!json.is_object()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected a JSON object, got ", json.type_name()));
    }
    return json;
}

std::string render_json_file(const Json& json) {
    return render_json(json, kManifestJson) + "\n";
}

} // namespace vitrine
