// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// All but letters, digits, "-._~" and the characters of `keep` as %XX (RFC 3986).
std::string percent_encode(std::string_view text, std::string_view keep = "");
/// Inverse of percent_encode; a '%' without two digits behind it stays.
std::string percent_decode(std::string_view text);

/// "a=1&b=2", both sides encoded, in the order given: the query of a URL, or a form.
std::string
render_form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

} // namespace vitrine
