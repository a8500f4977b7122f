// SPDX-License-Identifier: MIT
#include "core/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace vitrine {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t offset) {
    return static_cast<std::uint8_t>(text[offset]);
}

/// The length and the smallest legal value that a leading byte announces; length 0 if it is not
/// one.
struct Lead {
    std::size_t length;
    std::uint32_t bits;
    std::uint32_t smallest;
};

Lead lead_of(std::uint8_t byte) {
    if (byte < 0x80) {
        return {1, byte, 0};
    }
    if (byte >= 0xc2 && byte <= 0xdf) {
        return {2, byte & 0x1fU, 0x80};
    }
    if (byte >= 0xe0 && byte <= 0xef) {
        return {3, byte & 0x0fU, 0x800};
    }
    if (byte >= 0xf0 && byte <= 0xf4) {
        return {4, byte & 0x07U, 0x10000};
    }
    return {0, 0, 0};
}

} // namespace

CodePoint decode_utf8(std::string_view text, std::size_t offset) {
    const Lead lead = lead_of(byte_at(text, offset));
    if (lead.length == 0 || text.size() - offset < lead.length) {
        return {};
    }
    std::uint32_t value = lead.bits;
    for (std::size_t i = 1; i < lead.length; ++i) {
        const std::uint8_t byte = byte_at(text, offset + i);
        if ((byte & 0xc0U) != 0x80U) {
            return {};
        }
        value = (value << 6U) | (byte & 0x3fU);
    }
    if (value < lead.smallest || value > 0x10ffff) {
        return {};
    }
    return {value, lead.length};
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    const auto put_tail = [&](unsigned shift) { put(0x80U | ((code_point >> shift) & 0x3fU)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xc0U | (code_point >> 6U));
        put_tail(0);
    } else if (code_point < 0x10000) {
        put(0xe0U | (code_point >> 12U));
        put_tail(6);
        put_tail(0);
    } else {
        put(0xf0U | (code_point >> 18U));
        put_tail(12);
        put_tail(6);
        put_tail(0);
    }
}

std::size_t utf8_prefix(std::string_view text) {
    std::size_t offset = 0;
    for (;;) {
        offset += ascii_prefix(text.substr(offset));
        if (offset == text.size()) {
            return offset;
        }
        const CodePoint point = decode_utf8(text, offset);
        if (point.length == 0 || is_surrogate(point.value)) {
            return offset;
        }
        offset += point.length;
    }
}

std::size_t utf8_length(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0U) != 0x80U; }));
}

std::size_t ascii_prefix(std::string_view text) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080U;
    std::size_t offset = 0;
    for (; text.size() - offset >= sizeof(std::uint64_t); offset += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + offset, sizeof(word));
        if ((word & kHighBits) != 0) {
            break;
        }
    }
    while (offset < text.size() && byte_at(text, offset) < 0x80) {
        ++offset;
    }
    return offset;
}

} // namespace vitrine
