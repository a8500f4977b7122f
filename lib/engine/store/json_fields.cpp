// SPDX-License-Identifier: MIT
#include "engine/store/json_fields.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"

namespace vitrine {

namespace {

constexpr std::string_view kSealBegin = ",\n    \"sha256\": \"";
constexpr std::string_view kSealEnd = "\"\n}\n";
constexpr std::size_t kSealBytes = kSealBegin.size() + 2 * sizeof(Sha256::bytes) + kSealEnd.size();

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

std::string seal_json_file(std::string text) {
    constexpr std::string_view kEnd = "\n}\n";
    text.resize(text.size() - kEnd.size());
    const std::string digest = sha256_of(text).hex();
    return concat(text, kSealBegin, digest, kSealEnd);
}

Json parse_sealed_object(std::string_view text) {
    if (text.size() > kSealBytes && text.ends_with(kSealEnd)) {
        const std::string_view body = text.substr(0, text.size() - kSealBytes);
        const std::string_view seal = text.substr(body.size());
        if (seal.starts_with(kSealBegin)) {
            const std::string actual = sha256_of(body).hex();
            const std::string_view expected = seal.substr(kSealBegin.size(), actual.size());
            if (actual != expected) {
                throw Error(ErrorCode::Corruption,
                            concat("'/sha256': expected ", quoted(actual), ", got ",
                                   quoted(expected), ": the file is damaged"));
            }
        }
    }
    return parse_json_object(text);
}

} // namespace vitrine
