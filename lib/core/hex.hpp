// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

inline constexpr std::string_view kLowerHexDigits = "0123456789abcdef";
inline constexpr std::string_view kUpperHexDigits = "0123456789ABCDEF";

/// Appends the lowest `count` hex digits of `value`, leading zeros included.
inline void append_hex(std::string& out, std::uint64_t value, unsigned count,
                       std::string_view digits = kLowerHexDigits) {
    while (count-- > 0) {
        out += digits[(value >> (4 * count)) & 0xfU];
    }
}

/// Appends an escape such as "\x41": a backslash, `letter` and `count` hex digits.
inline void append_hex_escape(std::string& out, char letter, std::uint64_t value, unsigned count,
                              std::string_view digits = kLowerHexDigits) {
    out += '\\';
    out += letter;
    append_hex(out, value, count, digits);
}

/// The value of a hex digit of either case; -1 for another character.
constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Whether `text` holds nothing but lower-case hex digits.
inline bool is_lower_hex(std::string_view text) {
    return text.find_first_not_of(kLowerHexDigits) == std::string_view::npos;
}

} // namespace vitrine
