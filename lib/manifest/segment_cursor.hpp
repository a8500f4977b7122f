// SPDX-License-Identifier: MIT
#pragma once

#include "manifest/block_items.hpp"
#include "manifest/block_read_ahead.hpp"
#include "manifest/item.hpp"
#include "manifest/segment_index.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// Walks the items of a segment. Holds one block; after many blocks in a row, two pieces of blocks
/// (BlockReadAhead). The segment must outlive it.
class SegmentCursor final : public ItemCursor {
public:
    /// Starts at the first item whose path is not less than `first`.
    SegmentCursor(const SegmentIndex& segment, std::string_view first);

    const ItemView* next() override;
    const ItemView* seek(std::string_view path) override;

private:
    const ItemView* advance();
    void go_to(std::size_t block);
    void open_block(std::size_t block);
    std::string_view read_block(std::size_t block);

    const SegmentIndex& segment_;
    std::string first_; ///< where the first step goes
    std::size_t next_block_ = 0;
    std::size_t in_a_row_ = 0; ///< blocks that were read without a gap
    std::string bytes_;
    std::optional<BlockReadAhead> ahead_;
    std::uint64_t left_ = 0; ///< items of the open block that were not returned yet
    std::optional<BlockItems> items_;
    const ItemView* item_ = nullptr;
};

} // namespace vitrine
