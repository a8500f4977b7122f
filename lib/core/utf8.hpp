// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// One code point read from UTF-8, and how many bytes it took. `length` is 0 where the bytes are
/// not UTF-8.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t length = 0;
};

inline bool is_surrogate(std::uint32_t code_point) {
    return code_point >= 0xd800 && code_point <= 0xdfff;
}

/// Reads the code point at `offset`, which must lie inside `text`. Refuses overlong forms and what
/// lies beyond U+10FFFF. Surrogates, which only WTF-8 may hold, are decoded: the caller refuses
/// them where it must.
CodePoint decode_utf8(std::string_view text, std::size_t offset);

/// Appends a code point, which may be a surrogate (that is WTF-8).
void append_utf8(std::string& out, std::uint32_t code_point);

/// The number of bytes at the start of `text` that are whole characters of UTF-8, surrogates not
/// among them. All of them if and only if `text` is UTF-8.
std::size_t utf8_prefix(std::string_view text);

/// The number of characters, if `text` is UTF-8.
std::size_t utf8_length(std::string_view text);

/// The number of ASCII bytes at the start of `text`.
std::size_t ascii_prefix(std::string_view text);

} // namespace vitrine
