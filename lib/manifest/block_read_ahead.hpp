// SPDX-License-Identifier: MIT
#pragma once

#include "manifest/segment_index.hpp"

#include <cstddef>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>

namespace vitrine {

/// Reads the blocks of a segment one after the other, in pieces of a MiB. While the blocks of one
/// piece are used, another thread reads and hashes the next piece. Holds two pieces; used by one
/// thread at a time.
class BlockReadAhead {
public:
    explicit BlockReadAhead(const SegmentIndex& segment) : segment_(segment) {}
    ~BlockReadAhead();
    BlockReadAhead(const BlockReadAhead&) = delete;
    BlockReadAhead& operator=(const BlockReadAhead&) = delete;

    /// The bytes of a block, valid until the next call. The first call may ask for any block, each
    /// later one asks for the block after the last. Throws: Corruption; IoError.
    std::string_view read(std::size_t block);

private:
    struct Piece {
        std::size_t end = 0; ///< the first block after the piece
        std::uint64_t offset = 0;
        std::string bytes;
    };

    Piece read_piece(std::size_t first) const;
    Piece read_blocks(std::size_t first, std::uint64_t least_bytes) const;

    const SegmentIndex& segment_;
    Piece piece_;
    std::future<Piece> next_;
};

} // namespace vitrine
