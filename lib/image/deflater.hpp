// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// Where a compressor looks for bytes that it has seen before. Filtered photographs repeat only by
/// chance or in short sequences of equal bytes, and a reference to a chance match costs more bits
/// than it saves. Drawings repeat themselves.
enum class Matches {
    none,     ///< nowhere: only Huffman codes, shorter for common bytes
    runs,     ///< sequences of equal bytes
    anywhere, ///< the last 32 KiB
};

/// Compresses filtered rows of pixels to one zlib stream (RFC 1950), piece by piece: with ISA-L if
/// the build has it, otherwise with zlib. The same pieces compress to the same bytes.
class Deflater {
public:
    explicit Deflater(Matches matches);
    ~Deflater();
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    /// Compresses `data` and appends the output to `out`. Nothing may be added after the last
    /// piece.
    void add(std::span<const std::uint8_t> data, bool is_last, std::string& out);

    /// The different settings of the library in use, the fastest first.
    static std::span<const Matches> choices();

    /// The library in use, for reports: "isa-l" or "zlib".
    static std::string_view library();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The CRC-32 of PNG (ISO 3309).
std::uint32_t crc32_of(std::string_view data);

} // namespace vitrine
