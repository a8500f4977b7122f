// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// A code point and the number of its bytes in UTF-8. `length` is 0 if the bytes are not UTF-8.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t length = 0;
};

inline bool is_surrogate(std::uint32_t code_point) {
    return code_point >= 0xd800 && code_point <= 0xdfff;
}

/// Decodes the code point at `offset`. Requires: `offset` < text.size(). Refuses overlong forms and
/// values beyond U+10FFFF. Accepts surrogates, which only WTF-8 may contain: callers refuse them.
CodePoint decode_utf8(std::string_view text, std::size_t offset);

/// Appends a code point; a surrogate makes WTF-8.
void append_utf8(std::string& out, std::uint32_t code_point);

/// The length of the longest prefix of `text` that is valid UTF-8 without surrogates.
std::size_t utf8_prefix(std::string_view text);

/// The number of characters. Requires: `text` is UTF-8.
std::size_t utf8_length(std::string_view text);

/// The number of ASCII bytes at the start of `text`.
std::size_t ascii_prefix(std::string_view text);

} // namespace vitrine
