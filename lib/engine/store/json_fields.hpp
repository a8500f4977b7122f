// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// Members of the small JSON files of a store. Text that does not follow the format throws
/// InvalidFormat with the pointer of the member.
const Json& json_member(const Json& object, const std::string& key);
std::string json_text(const Json& object, const std::string& key);
std::uint64_t json_number(const Json& object, const std::string& key);

/// Parses a JSON object of at most some megabytes. Throws: InvalidFormat.
Json parse_json_object(std::string_view text);

/// The lay-out of all small JSON files of a store: four spaces, a line for each member, a newline
/// at the end.
std::string render_json_file(const Json& json);

} // namespace vitrine
