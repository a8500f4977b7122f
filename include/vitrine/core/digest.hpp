// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// A SHA-256 (FIPS 180-4): the address of an object. Compared by its bytes.
struct VITRINE_EXPORT Sha256 {
    std::array<std::uint8_t, 32> bytes{};

    /// 64 lower-case hex digits. Inverse: parse_hex.
    std::string hex() const;
    /// Throws: InvalidFormat unless `text` is 64 lower-case hex digits.
    static Sha256 parse_hex(std::string_view text);

    auto operator<=>(const Sha256&) const = default;
};

/// An MD5 (RFC 1321), the digest of W&B's manifests. Never an address, since MD5 collides. Compared
/// by its bytes.
struct VITRINE_EXPORT Md5 {
    std::array<std::uint8_t, 16> bytes{};

    /// Base64 with padding, as in a manifest entry: "1B2M2Y8AsgTpgAmY7PhCfg==". Inverse:
    /// parse_base64.
    std::string base64() const;
    /// 32 lower-case hex digits, as in an artifact's digest.
    std::string hex() const;
    /// Throws: InvalidFormat unless `text` is the base64 of 16 bytes.
    static Md5 parse_base64(std::string_view text);

    auto operator<=>(const Md5&) const = default;
};

/// Both digests of a byte string, and its size.
struct Digests {
    Sha256 sha256;
    Md5 md5;
    std::uint64_t size = 0; ///< in bytes

    bool operator==(const Digests&) const = default;
};

/// The digests that a Hasher computes. The others stay zero.
enum class Hash { Both, Sha256, Md5 };

/// Computes SHA-256 and MD5 in one pass, or one of them. After reset() it can be used again, so
/// that a loop over small inputs allocates once. Used by one thread at a time.
class VITRINE_EXPORT Hasher {
public:
    /// Throws: Unsupported if OpenSSL refuses the algorithm.
    explicit Hasher(Hash which = Hash::Both);
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    /// Adds bytes to those that are hashed.
    void update(std::span<const std::byte> data);
    void update(std::string_view data);
    /// Returns the digests of all bytes since the construction or the last reset. Call reset()
    /// before the next update().
    Digests finish();
    /// Starts again, with no bytes.
    void reset();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Both digests of `data`.
VITRINE_EXPORT Digests digests_of(std::span<const std::byte> data);
VITRINE_EXPORT Digests digests_of(std::string_view data);
/// Both digests of each byte string, in their order. Hashes several at once: for many small strings
/// twice as fast as one after the other.
VITRINE_EXPORT std::vector<Digests>
digests_of_each(std::span<const std::span<const std::byte>> data);
/// Both digests of a file's bytes. Throws: IoError, with the code NotFound if there is no file.
VITRINE_EXPORT Digests digests_of_file(const std::filesystem::path& path);

/// The SHA-256 alone; three times as fast as both digests.
VITRINE_EXPORT Sha256 sha256_of(std::span<const std::byte> data);
VITRINE_EXPORT Sha256 sha256_of(std::string_view data);
/// The SHA-256 of a file's bytes. Throws: IoError, with the code NotFound if there is no file.
VITRINE_EXPORT Sha256 sha256_of_file(const std::filesystem::path& path);

/// Renders any bytes as lower-case hex digits. Inverse: parse_hex.
VITRINE_EXPORT std::string render_hex(std::string_view bytes);
/// Parses hex digits of either case. Inverse: render_hex.
/// Throws: InvalidFormat unless `text` is an even number of hex digits.
VITRINE_EXPORT std::string parse_hex(std::string_view text);
/// Renders any bytes as base64 (RFC 4648, standard alphabet, padded). Inverse: parse_base64.
VITRINE_EXPORT std::string render_base64(std::string_view bytes);
/// Parses base64. Inverse: render_base64.
/// Throws: InvalidFormat unless `text` is what render_base64 writes for some bytes.
VITRINE_EXPORT std::string parse_base64(std::string_view text);

} // namespace vitrine
