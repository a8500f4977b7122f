// SPDX-License-Identifier: MIT
#include "manifest/manifest_file.hpp"

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "core/json_pointer.hpp"
#include "core/text.hpp"

#include <initializer_list>

namespace vitrine {

namespace {

constexpr int kFormat = 1;

[[noreturn]] void refuse_file(std::string_view pointer, std::string_view why) {
    throw Error(ErrorCode::InvalidFormat,
                concat("invalid manifest file at ", quoted(pointer), ": ", why));
}

/// An object with exactly these members.
void check_record(const Json& json, std::string_view pointer,
                  std::initializer_list<const char*> keys) {
    if (!json.is_object()) {
        refuse_file(pointer, concat("expected an object, got ", json.type_name()));
    }
    for (const char* key : keys) {
        if (!json.contains(key)) {
            refuse_file(pointer, concat("expected a member '", key, "', got none"));
        }
    }
    if (json.size() != keys.size()) {
        refuse_file(pointer, concat("expected ", keys.size(), " members, got ", json.size()));
    }
}

std::uint64_t count_at(const Json& object, std::string_view pointer, const char* key) {
    const Json& value = object.at(key);
    if (!value.is_number_unsigned()) {
        refuse_file(pointer_below(pointer, key),
                    concat("expected an integer from 0 on, got ", value.type_name()));
    }
    return value.get<std::uint64_t>();
}

Sha256 digest_at(const Json& object, std::string_view pointer, const char* key) {
    const Json& value = object.at(key);
    if (!value.is_string()) {
        refuse_file(pointer_below(pointer, key),
                    concat("expected a SHA-256 as text, got ", value.type_name()));
    }
    try {
        return Sha256::parse_hex(value.get_ref<const std::string&>());
    } catch (const Error& error) {
        refuse_file(pointer_below(pointer, key), error.what());
    }
}

void check_format(const Json& json) {
    if (!json.is_object() || !json.contains("format")) {
        refuse_file("", "expected an object with a member 'format'");
    }
    const std::uint64_t format = count_at(json, "", "format");
    if (format > kFormat) {
        throw Error(ErrorCode::Unsupported,
                    concat("manifest file has format ", format,
                           ", which is newer than this program: expected ", kFormat));
    }
    if (format != kFormat) {
        refuse_file("/format", concat("expected ", kFormat, ", got ", format));
    }
}

} // namespace

std::string ManifestFile::render() const {
    Json list = Json::array();
    for (const Segment& segment : segments) {
        list.push_back(
            {{"items", segment.items}, {"object", segment.object.hex()}, {"size", segment.size}});
    }
    return render_json({{"content", content.hex()},
                        {"entries", entries},
                        {"format", kFormat},
                        {"runs", std::move(list)}});
}

ManifestFile ManifestFile::parse(std::string_view text) {
    const Json json = parse_json(text);
    check_format(json);
    check_record(json, "", {"content", "entries", "format", "runs"});
    ManifestFile file;
    file.content = digest_at(json, "", "content");
    file.entries = count_at(json, "", "entries");
    const Json& list = json.at("runs");
    if (!list.is_array()) {
        refuse_file("/runs", concat("expected an array, got ", list.type_name()));
    }
    for (const Json& segment : list) {
        const std::string pointer = pointer_below("/runs", file.segments.size());
        check_record(segment, pointer, {"items", "object", "size"});
        file.segments.push_back({digest_at(segment, pointer, "object"),
                                 count_at(segment, pointer, "size"),
                                 count_at(segment, pointer, "items")});
    }
    return file;
}

} // namespace vitrine
