// SPDX-License-Identifier: MIT
#include "manifest/block_read_ahead.hpp"

#include <vitrine/core/error.hpp>

namespace vitrine {

namespace {

constexpr std::uint64_t kReadAheadBytes = std::uint64_t{1} << 20U;

} // namespace

BlockReadAhead::~BlockReadAhead() {
    if (next_.valid()) {
        next_.wait();
    }
}

std::string_view BlockReadAhead::read(std::size_t block) {
    if (block >= piece_.end) {
        piece_ = next_.valid() ? next_.get() : read_piece(block);
        if (piece_.end < segment_.blocks().size()) {
            next_ = std::async(std::launch::async,
                               [this, first = piece_.end] { return read_piece(first); });
        }
    }
    const SegmentBlock& wanted = segment_.blocks()[block];
    return std::string_view(piece_.bytes).substr(wanted.offset - piece_.offset, wanted.size);
}

/// If a piece is damaged, reads its first block alone, so that a walk still sees the blocks before
/// the damaged one.
BlockReadAhead::Piece BlockReadAhead::read_piece(std::size_t first) const {
    try {
        return read_blocks(first, kReadAheadBytes);
    } catch (const Error&) {
        return read_blocks(first, 1);
    }
}

BlockReadAhead::Piece BlockReadAhead::read_blocks(std::size_t first,
                                                  std::uint64_t least_bytes) const {
    const auto& blocks = segment_.blocks();
    Piece piece{first, blocks[first].offset, {}};
    for (std::uint64_t size = 0; piece.end < blocks.size() && size < least_bytes; ++piece.end) {
        size += blocks[piece.end].size;
    }
    piece.bytes = segment_.read_blocks(first, piece.end);
    return piece;
}

} // namespace vitrine
