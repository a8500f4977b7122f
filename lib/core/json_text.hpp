// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace vitrine {

/// Appends a string as Python's json.dumps writes it, in quotes. Accepts lone surrogates. Returns
/// false and leaves `out` as it was if `text` is not UTF-8.
[[nodiscard]] bool append_json_string(std::string& out, std::string_view text);

/// Appends an integer in decimal digits.
void append_integer(std::string& out, std::integral auto value) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), end);
}

} // namespace vitrine
