// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// Return members of the small JSON files of a store. Throw InvalidFormat with the JSON pointer of
/// the member if it is missing or has another type.
const Json& json_member(const Json& object, const std::string& key);
std::string json_text(const Json& object, const std::string& key);
std::uint64_t json_number(const Json& object, const std::string& key);

/// Parses a JSON object of at most a few megabytes. Throws: InvalidFormat.
Json parse_json_object(std::string_view text);

/// Renders JSON in the layout of all small JSON files of a store: an indent of four spaces, one
/// line for each member, a newline at the end.
std::string render_json_file(const Json& json);

/// Adds a last member `sha256` to the text of an object from render_json_file: the SHA-256 of all
/// bytes before the comma in front of it. A reader that does not know the member ignores it.
std::string seal_json_file(std::string text);
/// As parse_json_object, of a text with that member or without it. Throws: InvalidFormat;
/// Corruption if the member is there and wrong.
Json parse_sealed_object(std::string_view text);

} // namespace vitrine
