// SPDX-License-Identifier: MIT
#include "engine/records/records.hpp"

#include <vitrine/core/error.hpp>

#include "core/artifact_name.hpp"
#include "core/text.hpp"
#include "engine/store/json_fields.hpp"
#include "engine/store/version_reference.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

constexpr std::uint64_t kRecordFormat = 1;
constexpr std::size_t kMaxRecordIdBytes = 64;

void require_format(const Json& json) {
    const std::uint64_t format = json_number(json, "format");
    if (format != kRecordFormat) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("'/format': expected ", kRecordFormat, ", got ", format));
    }
}

std::string parse_name(const Json& json) {
    std::string name = json_text(json, "name");
    try {
        check_artifact_name(name);
    } catch (const Error& error) {
        throw Error(ErrorCode::InvalidFormat, concat("'/name': ", error.what()));
    }
    return name;
}

std::string parse_id(const Json& json) {
    std::string id = parse_hex(json_text(json, "id"));
    if (id.empty() || id.size() > kMaxRecordIdBytes) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("'/id': expected 1 to 64 bytes, got ", id.size()));
    }
    return id;
}

Json render_dependencies(const std::vector<Dependency>& dependencies) {
    Json array = Json::array();
    for (const Dependency& dependency : dependencies) {
        Json item = Json::object();
        item["id"] = render_hex(dependency.id);
        item["name"] = dependency.name;
        item["content"] = dependency.content.hex();
        array.push_back(std::move(item));
    }
    return array;
}

std::vector<Dependency> parse_dependencies(const Json& array) {
    if (!array.is_array()) {
        throw Error(ErrorCode::InvalidFormat, "'/kept': expected an array");
    }
    std::vector<Dependency> dependencies;
    for (const Json& item : array) {
        if (!item.is_object()) {
            throw Error(ErrorCode::InvalidFormat, "'/kept': expected an array of objects");
        }
        dependencies.push_back({parse_id(item), json_text(item, "name"),
                                Sha256::parse_hex(json_text(item, "content"))});
    }
    const auto by_id = [](const Dependency& a, const Dependency& b) { return a.id >= b.id; };
    if (std::ranges::adjacent_find(dependencies, by_id) != dependencies.end()) {
        throw Error(ErrorCode::InvalidFormat, "'/kept': expected ids in ascending order");
    }
    return dependencies;
}

std::optional<std::pair<std::string, std::uint64_t>> parse_base(const Json& base) {
    if (base.is_null()) {
        return std::nullopt;
    }
    if (!base.is_object()) {
        throw Error(ErrorCode::InvalidFormat, "'/base': expected an object or null");
    }
    return std::pair(parse_name(base), json_number(base, "number"));
}

/// As records were written before they had a digest of themselves.
std::string render_plain(const VersionRow& row) {
    Json json = Json::object();
    json["format"] = kRecordFormat;
    json["name"] = row.name;
    json["number"] = row.number;
    json["type"] = row.type;
    json["id"] = render_hex(row.id);
    json["content"] = row.content.hex();
    json["digest"] = row.digest;
    json["kept"] = render_dependencies(row.dependencies);
    json["metadata"] = row.metadata;
    json["description"] = row.description;
    json["dialect"] = row.dialect;
    json["created_at"] = row.created_at;
    json["run"] = row.run ? Json(*row.run) : Json();
    json["base"] = nullptr;
    if (row.base) {
        json["base"] = Json{{"name", row.base->first}, {"number", row.base->second}};
    }
    return render_json_file(json);
}

std::string render_plain(const HeadRow& head) {
    Json aliases = Json::object();
    for (const auto& [alias, number] : head.aliases) {
        aliases[alias] = number;
    }
    Json json = Json::object();
    json["format"] = kRecordFormat;
    json["name"] = head.name;
    json["type"] = head.type;
    json["next_number"] = head.next_number;
    json["aliases"] = std::move(aliases);
    return render_json_file(json);
}

} // namespace

std::string render_record(const VersionRow& row) {
    return seal_json_file(render_plain(row));
}

bool is_text_of(const std::optional<std::string>& text, const VersionRow& row) {
    return text && (*text == render_record(row) || *text == render_plain(row));
}

VersionRow parse_record(std::string_view text) {
    const Json json = parse_sealed_object(text);
    require_format(json);
    VersionRow row;
    row.name = parse_name(json);
    row.number = json_number(json, "number");
    row.type = json_text(json, "type");
    row.id = parse_id(json);
    row.content = Sha256::parse_hex(json_text(json, "content"));
    row.digest = json_text(json, "digest");
    row.dependencies = parse_dependencies(json_member(json, "kept"));
    row.metadata = json_member(json, "metadata");
    row.description = json_text(json, "description");
    row.dialect = json_text(json, "dialect");
    row.created_at = json_text(json, "created_at");
    if (!json_member(json, "run").is_null()) {
        row.run = json_text(json, "run");
    }
    row.base = parse_base(json_member(json, "base"));
    return row;
}

std::string render_head(const HeadRow& head) {
    return seal_json_file(render_plain(head));
}

bool is_text_of(const std::optional<std::string>& text, const HeadRow& head) {
    return text && (*text == render_head(head) || *text == render_plain(head));
}

HeadRow parse_head(std::string_view text) {
    const Json json = parse_sealed_object(text);
    require_format(json);
    HeadRow head{parse_name(json), json_text(json, "type"), json_number(json, "next_number"), {}};
    const Json& aliases = json_member(json, "aliases");
    if (!aliases.is_object()) {
        throw Error(ErrorCode::InvalidFormat, "'/aliases': expected an object");
    }
    for (const auto& [alias, number] : aliases.items()) {
        head.aliases.emplace_back(alias, json_number(aliases, alias));
    }
    std::sort(head.aliases.begin(), head.aliases.end());
    return head;
}

} // namespace vitrine
