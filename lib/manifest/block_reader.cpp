// SPDX-License-Identifier: MIT
#include "manifest/block_reader.hpp"

#include <vitrine/core/error.hpp>

#include <cstring>

namespace vitrine {

void append_varint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(0x80U | (value & 0x7fU)));
        value >>= 7U;
    }
    out.push_back(static_cast<char>(value));
}

void append_text(std::string& out, std::string_view text) {
    append_varint(out, text.size());
    out += text;
}

void append_u64(std::string& out, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) {
        out.push_back(static_cast<char>(value & 0xffU));
        value >>= 8U;
    }
}

void append_digest(std::string& out, const Sha256& digest) {
    out.append(reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size());
}

void BlockReader::throw_end() {
    throw Error(ErrorCode::Corruption, "unexpected end of the bytes");
}

std::uint64_t BlockReader::long_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint64_t byte = this->byte();
        const std::uint64_t bits = byte & 0x7fU;
        if (shift == 63 && bits > 1) {
            break;
        }
        value |= bits << shift;
        if (byte < 0x80) {
            return value;
        }
    }
    throw Error(ErrorCode::Corruption, "expected an integer of 64 bits, got a larger one");
}

std::uint64_t BlockReader::u64() {
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (const char c : take(8)) {
        value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(c)) << shift;
        shift += 8;
    }
    return value;
}

Sha256 BlockReader::sha256() {
    Sha256 digest;
    std::memcpy(digest.bytes.data(), take(digest.bytes.size()).data(), digest.bytes.size());
    return digest;
}

} // namespace vitrine
