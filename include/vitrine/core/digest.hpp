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
    std::array<std::uint8_t, 32> bytes{}; ///< the digest; all zero by default

    /// Returns 64 lower-case hex digits. Inverse: parse_hex.
    std::string hex() const;
    /// Inverse of hex. Throws: InvalidFormat unless `text` is 64 lower-case hex digits.
    static Sha256 parse_hex(std::string_view text);

    auto operator<=>(const Sha256&) const = default;
};

/// An MD5 (RFC 1321), the digest of W&B's manifests. Never an address, since MD5 collides. Compared
/// by its bytes.
struct VITRINE_EXPORT Md5 {
    std::array<std::uint8_t, 16> bytes{}; ///< the digest; all zero by default

    /// Returns base64 with padding, as in a manifest entry: "1B2M2Y8AsgTpgAmY7PhCfg==". Inverse:
    /// parse_base64.
    std::string base64() const;
    /// Returns 32 lower-case hex digits, as in an artifact's digest.
    std::string hex() const;
    /// Inverse of base64. Throws: InvalidFormat unless `text` is the base64 of 16 bytes.
    static Md5 parse_base64(std::string_view text);

    auto operator<=>(const Md5&) const = default;
};

/// Both digests of a byte string, and its size.
struct Digests {
    Sha256 sha256;          ///< of all bytes
    Md5 md5;                ///< of all bytes
    std::uint64_t size = 0; ///< in bytes

    bool operator==(const Digests&) const = default;
};

/// The digests that a Hasher computes. The others stay zero.
enum class Hash { Both, Sha256, Md5 };

/// Computes SHA-256 and MD5 in one pass, or one of them. After reset() it can be used again, so
/// that a loop over small inputs allocates once. Used by one thread at a time.
///
/// Throws: Unsupported from every member if OpenSSL refuses an algorithm, as one that is restricted
/// to FIPS refuses MD5. So do the functions below.
class VITRINE_EXPORT Hasher {
public:
    /// Computes the digests that `which` names. Throws: Unsupported.
    explicit Hasher(Hash which = Hash::Both);
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    /// Adds bytes to those that are hashed. Throws: Unsupported.
    void update(std::span<const std::byte> data);
    /// The same for the bytes of a text. Throws: Unsupported.
    void update(std::string_view data);
    /// Returns the digests of all bytes since the construction or the last reset. Call reset()
    /// before the next update(). Throws: Unsupported.
    Digests finish();
    /// Starts again, with no bytes. Throws: Unsupported.
    void reset();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Returns both digests of `data`. Safe to call from many threads, as are all functions here.
/// Throws: Unsupported.
VITRINE_EXPORT Digests digests_of(std::span<const std::byte> data);
/// The same for the bytes of a text. Throws: Unsupported.
VITRINE_EXPORT Digests digests_of(std::string_view data);
/// Returns both digests of each byte string, in their order. Hashes several at once: for many small
/// strings twice as fast as one after the other. Throws: Unsupported.
VITRINE_EXPORT std::vector<Digests>
digests_of_each(std::span<const std::span<const std::byte>> data);
/// Returns both digests of a file's bytes. Throws: IoError, with the code NotFound if there is no
/// file; Unsupported.
VITRINE_EXPORT Digests digests_of_file(const std::filesystem::path& path);

/// Returns the SHA-256 alone; three times as fast as both digests. Throws: Unsupported.
VITRINE_EXPORT Sha256 sha256_of(std::span<const std::byte> data);
/// The same for the bytes of a text. Throws: Unsupported.
VITRINE_EXPORT Sha256 sha256_of(std::string_view data);
/// Returns the SHA-256 of a file's bytes. Throws: IoError, with the code NotFound if there is no
/// file; Unsupported.
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
