// SPDX-License-Identifier: MIT
#include "manifest/segment_index.hpp"

#include "core/damage.hpp"
#include "manifest/block_reader.hpp"
#include "manifest/segment_format.hpp"

#include <algorithm>

namespace vitrine {

SegmentIndex::SegmentIndex(const std::filesystem::path& path) : file_(path) {
    with_damaged_file("segment", path, [this] { load(); });
}

void SegmentIndex::load() {
    file_.check_magic("segment", kSegmentMagic, kSegmentMagicStem);
    const std::uint64_t size = file_.size();
    if (size < kSegmentMagic.size() + kSegmentFooterBytes) {
        throw_damaged("unexpected end of the file");
    }
    const std::uint64_t index_end = size - kSegmentFooterBytes;
    const std::string footer_bytes = file_.read(index_end, kSegmentFooterBytes);
    BlockReader footer(footer_bytes);
    const std::uint64_t index_offset = footer.u64();
    const std::uint64_t block_count = footer.u64();
    items_ = footer.u64();
    if (index_offset < kSegmentMagic.size() || index_offset > index_end) {
        throw_damaged("its index is not inside the file");
    }
    const std::string bytes = file_.read(index_offset, index_end - index_offset);
    digest_ = sha256_of(bytes);
    if (digest_ != footer.sha256()) {
        throw_damaged("its index has another checksum");
    }
    parse_blocks(bytes, block_count, index_offset);
}

void SegmentIndex::parse_blocks(std::string_view bytes, std::uint64_t count, std::uint64_t end) {
    BlockReader reader(bytes);
    std::uint64_t offset = kSegmentMagic.size();
    std::uint64_t item_sum = 0;
    while (!reader.at_end()) {
        SegmentBlock block;
        block.first_path = reader.text();
        block.offset = offset;
        block.size = reader.varint();
        block.items = reader.varint();
        block.digest = reader.sha256();
        // An item has at least four bytes, so the sizes bound the counts.
        if (block.size > end - offset || block.items == 0 || block.items > block.size / 4) {
            throw_damaged("its index does not fit the blocks");
        }
        if (!blocks_.empty() && block.first_path <= blocks_.back().first_path) {
            throw_damaged("its blocks are not in order");
        }
        offset += block.size;
        item_sum += block.items;
        blocks_.push_back(std::move(block));
    }
    if (offset != end || blocks_.size() != count || item_sum != items_) {
        throw_damaged("its index does not fit the blocks");
    }
}

std::optional<std::size_t> SegmentIndex::block_of(std::string_view path) const {
    const auto after = std::ranges::upper_bound(
        blocks_, path, {},
        [](const SegmentBlock& block) -> std::string_view { return block.first_path; });
    if (after == blocks_.begin()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(after - blocks_.begin()) - 1;
}

std::string SegmentIndex::read_blocks(std::size_t first, std::size_t end) const {
    const std::uint64_t start = blocks_[first].offset;
    const SegmentBlock& last = blocks_[end - 1];
    std::string bytes = file_.read(start, last.offset + last.size - start);
    for (std::size_t i = first; i < end; ++i) {
        const SegmentBlock& block = blocks_[i];
        ++blocks_read_;
        const auto piece = std::string_view(bytes).substr(block.offset - start, block.size);
        if (sha256_of(piece) != block.digest) {
            throw_damaged(concat("block ", i, " has another checksum"));
        }
    }
    return bytes;
}

} // namespace vitrine
