// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/hex.hpp"
#include "core/text.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace vitrine {

namespace {

template <std::size_t Size>
std::string_view as_text(const std::array<std::uint8_t, Size>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <std::size_t Size>
void copy_to(std::array<std::uint8_t, Size>& out, std::string_view bytes) {
    std::ranges::transform(bytes, out.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
}

[[noreturn]] void refuse_encoding(std::string_view expected, std::string_view text) {
    throw Error(ErrorCode::InvalidFormat, concat("expected ", expected, ", got ", quoted(text)));
}

} // namespace

std::string render_hex(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        append_hex(text, byte, 2);
    }
    return text;
}

std::string parse_hex(std::string_view text) {
    constexpr std::string_view kExpected = "an even number of hex digits";
    if (text.size() % 2 != 0) {
        refuse_encoding(kExpected, text);
    }
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) {
            refuse_encoding(kExpected, text);
        }
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

std::string render_base64(std::string_view bytes) {
    // EVP_EncodeBlock counts in int; a multiple of three bytes leaves no padding between pieces.
    constexpr std::size_t kPiece = 3U << 20U;
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // it also writes a NUL at the end
    std::size_t written = 0;
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, kPiece);
        const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()) + written,
                                         reinterpret_cast<const unsigned char*>(piece.data()),
                                         static_cast<int>(piece.size()));
        written += static_cast<std::size_t>(size);
        bytes.remove_prefix(piece.size());
    }
    text.resize(written);
    return text;
}

namespace {

/// Decodes a base64 text of whole groups of four without checking the padding; nothing if it is
/// malformed.
std::optional<std::string> decode_base64(std::string_view text) {
    constexpr std::size_t kPiece = 4U << 20U;
    std::string bytes(text.size() / 4 * 3, '\0');
    std::size_t written = 0;
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, kPiece);
        const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()) + written,
                                         reinterpret_cast<const unsigned char*>(piece.data()),
                                         static_cast<int>(piece.size()));
        if (size < 0) {
            return std::nullopt;
        }
        written += static_cast<std::size_t>(size);
        text.remove_prefix(piece.size());
    }
    return bytes;
}

} // namespace

std::string parse_base64(std::string_view text) {
    constexpr std::string_view kExpected = "padded base64";
    if (text.size() % 4 != 0) {
        refuse_encoding(kExpected, text);
    }
    std::optional<std::string> bytes = decode_base64(text);
    if (!bytes) {
        refuse_encoding(kExpected, text);
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    bytes->erase(bytes->size() - padding);
    // OpenSSL is lenient: white space, padding in the middle, bits that no byte uses. Only the one
    // text that render_base64 makes is accepted.
    if (render_base64(*bytes) != text) {
        refuse_encoding(kExpected, text);
    }
    return std::move(*bytes);
}

std::string Sha256::hex() const {
    return render_hex(as_text(bytes));
}

Sha256 Sha256::parse_hex(std::string_view text) {
    Sha256 digest;
    if (text.size() != 2 * digest.bytes.size() || !is_lower_hex(text)) {
        refuse_encoding("a SHA-256 of 64 lower-case hex digits", text);
    }
    copy_to(digest.bytes, vitrine::parse_hex(text));
    return digest;
}

std::string Md5::base64() const {
    return render_base64(as_text(bytes));
}

std::string Md5::hex() const {
    return render_hex(as_text(bytes));
}

Md5 Md5::parse_base64(std::string_view text) {
    constexpr std::string_view kExpected = "an MD5 of 24 characters of base64";
    Md5 digest;
    if (text.size() != 24) {
        refuse_encoding(kExpected, text);
    }
    const std::string decoded = vitrine::parse_base64(text);
    if (decoded.size() != digest.bytes.size()) {
        refuse_encoding(kExpected, text);
    }
    copy_to(digest.bytes, decoded);
    return digest;
}

} // namespace vitrine
