// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// Where a compressor looks for bytes that it has seen before. In photographs, once filtered, there
/// are short runs and chance: to refer to chance costs more bits than it saves. Drawings repeat
/// themselves.
enum class Matches {
    none, ///< bytes are given codes by how common they are, and that is all
    runs,
    anywhere,
};

/// Compresses filtered rows of pixels to one zlib stream (RFC 1950), piece by piece: with ISA-L
/// where the build has it, else with zlib. The same pieces give the same bytes.
class Deflater {
public:
    explicit Deflater(Matches matches);
    ~Deflater();
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    /// Appends to `out` what comes out. Nothing may be added after a piece that was the last.
    void add(std::span<const std::uint8_t> data, bool is_last, std::string& out);

    /// What the library in use tells apart, the fastest first.
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
