// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "core/json_pointer.hpp"
#include "core/text.hpp"

#include <limits>
#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kPolicy = "wandb-storage-policy-v1";

Json entry_to_json(const Entry& entry) {
    Json json = {{"digest", entry.digest}};
    if (entry.birth_id) {
        json["birthArtifactID"] = *entry.birth_id;
    }
    if (entry.ref) {
        json["ref"] = *entry.ref;
    }
    if (!entry.extra.empty()) {
        json["extra"] = entry.extra;
    }
    if (entry.size) {
        json["size"] = *entry.size;
    }
    return json;
}

[[noreturn]] void refuse_json(std::string_view pointer, std::string_view why) {
    throw Error(ErrorCode::InvalidFormat,
                concat("invalid W&B manifest at ", quoted(pointer), ": ", why));
}

[[noreturn]] void refuse_kind(std::string_view pointer, std::string_view expected,
                              const Json& got) {
    refuse_json(pointer, concat("expected ", expected, ", got ", got.type_name()));
}

const Json& require_object(const Json& json, std::string_view pointer) {
    if (!json.is_object()) {
        refuse_kind(pointer, "an object", json);
    }
    return json;
}

/// The member, or null if it is missing or null: as Python's `get` and a test for None see it.
const Json* find_member(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

const Json& require_member(const Json& object, std::string_view pointer, const char* key) {
    const Json* member = find_member(object, key);
    if (member == nullptr) {
        refuse_json(pointer, concat("expected a member '", key, "', got none"));
    }
    return *member;
}

const std::string& require_text(const Json& json, const std::string& pointer) {
    if (!json.is_string()) {
        refuse_kind(pointer, "a string", json);
    }
    const auto& text = json.get_ref<const std::string&>();
    if (!is_utf8(text)) {
        refuse_json(pointer, "expected Unicode text, got a lone surrogate");
    }
    return text;
}

std::optional<std::string> find_text(const Json& object, const std::string& pointer,
                                     const char* key) {
    const Json* member = find_member(object, key);
    if (member == nullptr) {
        return std::nullopt;
    }
    return require_text(*member, pointer_below(pointer, key));
}

/// W&B sends sizes as signed integers of 64 bits.
std::uint64_t require_size(const Json& json, const std::string& pointer) {
    constexpr std::uint64_t kMaxSize = std::numeric_limits<std::int64_t>::max();
    const bool is_integer = json.is_number_integer() || is_big_integer(json);
    if (!is_integer) {
        refuse_kind(pointer, "a size in bytes", json);
    }
    const bool is_negative =
        json.is_number_integer() && !json.is_number_unsigned() && json.get<std::int64_t>() < 0;
    if (is_negative || is_big_integer(json) || json.get<std::uint64_t>() > kMaxSize) {
        refuse_json(pointer, concat("expected a size from 0 to ", kMaxSize, ", got ",
                                    quoted(integer_text(json))));
    }
    return json.get<std::uint64_t>();
}

EntryPath require_path(const std::string& path, std::string_view pointer) {
    try {
        return EntryPath(path);
    } catch (const Error& error) {
        refuse_json(pointer, error.what());
    }
}

Entry entry_from_json(const std::string& path, const Json& json) {
    const std::string pointer = pointer_below("/contents", path);
    Entry entry{.path = require_path(path, pointer)};
    require_object(json, pointer);
    entry.digest =
        require_text(require_member(json, pointer, "digest"), pointer_below(pointer, "digest"));
    entry.birth_id = find_text(json, pointer, "birthArtifactID");
    entry.ref = find_text(json, pointer, "ref");
    if (const Json* extra = find_member(json, "extra")) {
        entry.extra = require_object(*extra, pointer_below(pointer, "extra"));
    }
    if (const Json* size = find_member(json, "size")) {
        entry.size = require_size(*size, pointer_below(pointer, "size"));
    }
    return entry;
}

void check_header(const Json& json) {
    const Json& version = require_member(json, "", "version");
    if (!version.is_number_integer()) {
        refuse_kind("/version", "the integer 1", version);
    }
    if (version != 1) {
        refuse_json("/version", concat("expected version 1, got ", integer_text(version)));
    }
    const std::string& policy =
        require_text(require_member(json, "", "storagePolicy"), "/storagePolicy");
    if (policy != kPolicy) {
        refuse_json("/storagePolicy",
                    concat("expected ", quoted(kPolicy), ", got ", quoted(policy)));
    }
    if (const Json* config = find_member(json, "storagePolicyConfig")) {
        require_object(*config, "/storagePolicyConfig");
    }
}

} // namespace

Json manifest_to_json(const Manifest& manifest, StorageLayout layout) {
    Json contents = Json::object();
    auto& members = contents.get_ref<Json::object_t&>();
    members.reserve(manifest.size());
    for (const Entry& entry : manifest.entries()) {
        // Paths are unique: skip the object's own search for an equal key.
        members.emplace_back(entry.path.str(), entry_to_json(entry));
    }
    return {
        {"version", 1},
        {"storagePolicy", kPolicy},
        {"storagePolicyConfig", {{"storageLayout", layout == StorageLayout::V1 ? "V1" : "V2"}}},
        {"contents", std::move(contents)},
    };
}

Manifest manifest_from_json(const Json& json) {
    require_object(json, "");
    check_header(json);
    const Json& contents = require_object(require_member(json, "", "contents"), "/contents");
    std::vector<Entry> entries;
    entries.reserve(contents.size());
    for (const auto& [path, entry] : contents.get_ref<const Json::object_t&>()) {
        entries.push_back(entry_from_json(path, entry));
    }
    return Manifest(std::move(entries));
}

} // namespace vitrine
