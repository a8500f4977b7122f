// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// Appends an integer in seven bits a byte, the lowest first; all but the last byte have the high
/// bit (LEB128).
void append_varint(std::string& out, std::uint64_t value);
/// Appends the length of a text as a varint and the text.
void append_text(std::string& out, std::string_view text);
/// Appends eight bytes, the lowest first.
void append_u64(std::string& out, std::uint64_t value);

/// Takes apart what the functions above made. Each member throws Error with code Corruption where
/// the bytes end too early or say what cannot be.
class BlockReader {
public:
    explicit BlockReader(std::string_view bytes) : rest_(bytes) {}

    bool at_end() const { return rest_.empty(); }
    std::size_t left() const { return rest_.size(); }
    /// All that was not taken yet.
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
        // Nearly all are below 128, and a walk reads half a dozen of them for each entry.
        if (!rest_.empty() && static_cast<std::uint8_t>(rest_.front()) < 0x80) {
            return byte();
        }
        return long_varint();
    }
    std::string_view text() { return take(varint()); }
    std::uint64_t u64();

private:
    std::uint64_t long_varint();
    [[noreturn]] static void throw_end();

    std::string_view rest_;
};

} // namespace vitrine
