// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vitrine {

/// Throws InvalidFormat "truncated <format>: expected <wanted> bytes at offset <offset>, got
/// <got>".
[[noreturn]] void fail_truncated(std::string_view format, std::uint64_t wanted,
                                 std::uint64_t offset, std::uint64_t got);

/// Reads numbers and pieces from the bytes of a file, one after another. Every read past the end
/// throws InvalidFormat, by fail_truncated.
class ByteReader {
public:
    ByteReader(std::string_view format, std::span<const std::byte> data)
        : format_(format), data_(data) {}

    std::size_t position() const noexcept { return position_; }
    std::size_t remaining() const noexcept { return data_.size() - position_; }

    /// Returns the next `size` bytes and moves past them.
    std::span<const std::byte> take(std::uint64_t size) {
        if (size > remaining()) {
            fail_truncated(format_, size, position_, remaining());
        }
        const auto piece = data_.subspan(position_, static_cast<std::size_t>(size));
        position_ += piece.size();
        return piece;
    }
    void skip(std::uint64_t size) { take(size); }
    void seek(std::uint64_t position) {
        position_ = 0;
        skip(position);
    }

    std::uint8_t u8() { return std::to_integer<std::uint8_t>(take(1)[0]); }
    std::uint16_t le16() { return static_cast<std::uint16_t>(little(2)); }
    std::uint32_t le32() { return little(4); }
    std::uint32_t le24() { return little(3); }
    std::uint16_t be16() { return static_cast<std::uint16_t>(big(2)); }
    std::uint32_t be32() { return big(4); }

private:
    std::uint32_t little(std::size_t size) {
        const auto piece = take(size);
        std::uint32_t value = 0;
        for (std::size_t i = size; i-- > 0;) {
            value = value << 8 | std::to_integer<std::uint32_t>(piece[i]);
        }
        return value;
    }
    std::uint32_t big(std::size_t size) {
        std::uint32_t value = 0;
        for (const std::byte byte : take(size)) {
            value = value << 8 | std::to_integer<std::uint32_t>(byte);
        }
        return value;
    }

    std::string_view format_;
    std::span<const std::byte> data_;
    std::size_t position_ = 0;
};

/// Whether `data` starts with `magic`.
inline bool starts_with(std::span<const std::byte> data, std::string_view magic) {
    return data.size() >= magic.size() &&
           std::equal(magic.begin(), magic.end(), data.begin(),
                      [](char expected, std::byte actual) {
                          return static_cast<unsigned char>(expected) ==
                                 std::to_integer<unsigned char>(actual);
                      });
}

} // namespace vitrine
