// SPDX-License-Identifier: MIT
#pragma once

#include <sstream>
#include <string>
#include <string_view>

namespace vitrine {

/// Joins the parts, each as `operator<<` prints it.
template <class... Parts>
std::string concat(const Parts&... parts) {
    std::ostringstream stream;
    (stream << ... << parts);
    return std::move(stream).str();
}

/// Puts a value into single quotes for a message. Writes control characters and invalid UTF-8 as
/// \xNN; cuts after 200 bytes.
std::string quoted(std::string_view text);
// Without these overloads, argument-dependent lookup would find std::quoted, which writes double
// quotes.
inline std::string quoted(const std::string& text) {
    return quoted(std::string_view(text));
}
inline std::string quoted(std::string& text) {
    return quoted(std::string_view(text));
}
inline std::string quoted(const char* text) {
    return quoted(std::string_view(text));
}

} // namespace vitrine
