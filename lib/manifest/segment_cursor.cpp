// SPDX-License-Identifier: MIT
#include "manifest/segment_cursor.hpp"

#include "core/damage.hpp"

#include <utility>

namespace vitrine {

namespace {

/// A walk that has read more blocks in a row than this is expected to go on: it reads ahead.
constexpr std::size_t kFewBlocks = 32;

[[noreturn]] void throw_block_mismatch(std::size_t block) {
    throw_damaged(concat("block ", block, " does not fit the index"));
}

} // namespace

SegmentCursor::SegmentCursor(const SegmentIndex& segment, std::string_view first)
    : segment_(segment), first_(first), next_block_(segment.block_of(first).value_or(0)) {}

const ItemView* SegmentCursor::next() {
    if (!first_.empty()) {
        return seek(std::exchange(first_, {}));
    }
    return with_damaged_file("segment", segment_.path(), [this] { return advance(); });
}

const ItemView* SegmentCursor::seek(std::string_view path) {
    if (item_ != nullptr && item_->path >= path) {
        return item_;
    }
    return with_damaged_file("segment", segment_.path(), [&] {
        const auto& blocks = segment_.blocks();
        if (next_block_ < blocks.size() && blocks[next_block_].first_path <= path) {
            go_to(*segment_.block_of(path));
        }
        do {
            advance();
        } while (item_ != nullptr && item_->path < path);
        return item_;
    });
}

/// Moves to the next item, in the next block if the open one has no more.
const ItemView* SegmentCursor::advance() {
    if (!items_ || items_->at_end()) {
        if (items_ && left_ != 0) {
            throw_block_mismatch(next_block_ - 1);
        }
        item_ = nullptr;
        items_.reset();
        if (next_block_ == segment_.blocks().size()) {
            return nullptr;
        }
        open_block(next_block_++);
    } else {
        item_ = &items_->next();
    }
    if (left_-- == 0) {
        throw_block_mismatch(next_block_ - 1);
    }
    return item_;
}

/// Makes `block` the next one. The blocks between are not read.
void SegmentCursor::go_to(std::size_t block) {
    items_.reset();
    if (block != next_block_) {
        next_block_ = block;
        in_a_row_ = 0;
        ahead_.reset();
    }
}

void SegmentCursor::open_block(std::size_t block) {
    const SegmentBlock& indexed = segment_.blocks()[block];
    left_ = indexed.items;
    items_.emplace(read_block(block));
    item_ = &items_->next();
    if (item_->path != indexed.first_path) {
        throw_block_mismatch(block);
    }
}

std::string_view SegmentCursor::read_block(std::size_t block) {
    if (++in_a_row_ <= kFewBlocks) {
        bytes_ = segment_.read_blocks(block, block + 1);
        return bytes_;
    }
    if (!ahead_) {
        ahead_.emplace(segment_);
    }
    return ahead_->read(block);
}

} // namespace vitrine
