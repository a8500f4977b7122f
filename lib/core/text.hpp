// SPDX-License-Identifier: MIT
#pragma once

#include <sstream>
#include <string>
#include <string_view>

namespace vitrine {

/// All parts as one text, as `operator<<` prints them.
template <class... Parts>
std::string concat(const Parts&... parts) {
    std::ostringstream stream;
    (stream << ... << parts);
    return std::move(stream).str();
}

/// The datum in single quotes for a message: control characters and what is not UTF-8 as \xNN, cut
/// after 200 bytes.
std::string quoted(std::string_view text);
// Without the next two, argument-dependent look-up would take std::quoted, which writes double
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
