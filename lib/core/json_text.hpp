// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace vitrine {

/// Appends a string as Python's json.dumps writes it, in quotes. False, and `out` as it was, for
/// text that is not UTF-8 (a lone surrogate is written).
[[nodiscard]] bool append_json_string(std::string& out, std::string_view text);

/// Appends an integer in decimal digits.
void append_integer(std::string& out, std::integral auto value) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), end);
}

} // namespace vitrine
