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

/// The datum in single quotes for a message: control characters as \xNN, cut after 200 bytes.
std::string quoted(std::string_view text);

} // namespace vitrine
