// SPDX-License-Identifier: MIT
#include "core/text.hpp"

#include "core/hex.hpp"
#include "core/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace vitrine {

namespace {

constexpr std::size_t kMaxQuotedBytes = 200;

bool is_control(std::uint32_t code_point) {
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
}

void append_escaped(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        append_hex_escape(out, 'x', static_cast<std::uint8_t>(c), 2);
    }
}

} // namespace

std::string quoted(std::string_view text) {
    std::string out = "'";
    std::size_t offset = 0;
    while (offset < text.size()) {
        const CodePoint point = decode_utf8(text, offset);
        const std::size_t length = point.length == 0 ? 1 : point.length;
        if (offset + length > kMaxQuotedBytes) {
            out += "...";
            break;
        }
        const std::string_view bytes = text.substr(offset, length);
        // A message may end up on a terminal or in JSON, so it is always clean UTF-8.
        if (point.length == 0 || is_control(point.value) || is_surrogate(point.value)) {
            append_escaped(out, bytes);
        } else {
            out += bytes;
        }
        offset += length;
    }
    out += '\'';
    return out;
}

} // namespace vitrine
