// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// Appends an integer, seven bits to a byte, the lowest first; all bytes but the last have the high
/// bit set (LEB128).
void append_varint(std::string& out, std::uint64_t value);
/// Appends the length of the text as a varint, then the text.
void append_text(std::string& out, std::string_view text);
/// Appends eight bytes, the lowest first.
void append_u64(std::string& out, std::uint64_t value);
/// Appends the bytes of a digest.
void append_digest(std::string& out, const Sha256& digest);

/// Decodes what the functions above encode. Throws: Corruption, from every member, if the bytes end
/// too early or hold an impossible value.
class BlockReader {
public:
    explicit BlockReader(std::string_view bytes) : rest_(bytes) {}

    bool at_end() const { return rest_.empty(); }
    std::size_t left() const { return rest_.size(); }
    /// The bytes that were not taken yet.
    std::string_view rest() const { return rest_; }
    std::string_view take(std::uint64_t size) {
        if (size > rest_.size()) {
            throw_end();
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(take(1).front()); }
    std::uint64_t varint() {
        // Nearly all are below 128, and a walk reads several for each entry.
        if (!rest_.empty() && static_cast<std::uint8_t>(rest_.front()) < 0x80) {
            return byte();
        }
        return long_varint();
    }
    std::string_view text() { return take(varint()); }
    std::uint64_t u64();
    Sha256 sha256();

private:
    std::uint64_t long_varint();
    [[noreturn]] static void throw_end();

    std::string_view rest_;
};

} // namespace vitrine
