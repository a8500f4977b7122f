// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// Encodes all bytes but letters, digits, "-._~" and the characters of `keep` as %XX (RFC 3986).
/// Inverse: percent_decode.
std::string percent_encode(std::string_view text, std::string_view keep = "");
/// Inverse of percent_encode. Leaves a '%' that is not followed by two hex digits.
std::string percent_decode(std::string_view text);

/// "a=1&b=2", with both sides encoded, in the given order: the query of a URL, or a form.
std::string
render_form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

} // namespace vitrine
