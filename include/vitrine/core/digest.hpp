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

/// A SHA-256 (FIPS 180-4): the address of an object.
struct VITRINE_EXPORT Sha256 {
    std::array<std::uint8_t, 32> bytes{};

    /// 64 lower-case hex digits. Inverse: parse_hex.
    std::string hex() const;
    /// Throws: InvalidFormat unless `text` is 64 lower-case hex digits.
    static Sha256 parse_hex(std::string_view text);

    auto operator<=>(const Sha256&) const = default;
};

/// An MD5 (RFC 1321): what W&B's manifests hold. Never an address, since MD5 collides.
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

/// Both digests of some bytes, and their number.
struct Digests {
    Sha256 sha256;
    Md5 md5;
    std::uint64_t size = 0;

    bool operator==(const Digests&) const = default;
};

/// Which digests a Hasher computes. Those it does not compute stay zero.
enum class Hash { Both, Sha256, Md5 };

/// Computes SHA-256 and MD5 in one pass, or one of them alone. One object, one thread; reset()
/// makes it new again, so a loop over small inputs allocates once.
class VITRINE_EXPORT Hasher {
public:
    /// Throws: Unsupported where OpenSSL refuses the algorithm.
    explicit Hasher(Hash which = Hash::Both);
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    void update(std::span<const std::byte> data);
    void update(std::string_view data);
    /// The digests of all since construction or reset; the hasher must be reset before reuse.
    Digests finish();
    void reset();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Both digests of `data`.
VITRINE_EXPORT Digests digests_of(std::span<const std::byte> data);
VITRINE_EXPORT Digests digests_of(std::string_view data);
/// Both digests of each of several byte strings, in their order: several at once, which takes half
/// the time where there are many.
VITRINE_EXPORT std::vector<Digests>
digests_of_each(std::span<const std::span<const std::byte>> data);
/// Both digests of a file's bytes. Throws: IoError.
VITRINE_EXPORT Digests digests_of_file(const std::filesystem::path& path);

/// The SHA-256 alone, three times as fast: for checking what is stored.
VITRINE_EXPORT Sha256 sha256_of(std::span<const std::byte> data);
VITRINE_EXPORT Sha256 sha256_of(std::string_view data);
/// Throws: IoError.
VITRINE_EXPORT Sha256 sha256_of_file(const std::filesystem::path& path);

/// Lower-case hex of any bytes. Inverse: parse_hex.
VITRINE_EXPORT std::string render_hex(std::string_view bytes);
/// Throws: InvalidFormat unless `text` is an even number of hex digits (either case).
VITRINE_EXPORT std::string parse_hex(std::string_view text);
/// Base64 (RFC 4648, standard alphabet, padded). Inverse: parse_base64.
VITRINE_EXPORT std::string render_base64(std::string_view bytes);
/// Throws: InvalidFormat unless `text` is canonical padded base64.
VITRINE_EXPORT std::string parse_base64(std::string_view text);

} // namespace vitrine
