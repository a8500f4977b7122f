// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <string>

namespace vitrine {

/// The text of a member of an object; "" if it is missing or not text.
inline std::string text_member(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace vitrine
