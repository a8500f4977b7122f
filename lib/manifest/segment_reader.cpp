// SPDX-License-Identifier: MIT
#include "core/damage.hpp"
#include "manifest/block_cache.hpp"
#include "manifest/block_items.hpp"
#include "manifest/segment_cursor.hpp"
#include "manifest/segment_file.hpp"
#include "manifest/segment_index.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

SegmentReader::SegmentReader(const std::filesystem::path& path)
    : index_(std::make_unique<const SegmentIndex>(path)), cache_(std::make_unique<BlockCache>()) {}

SegmentReader::~SegmentReader() = default;

std::uint64_t SegmentReader::items() const {
    return index_->items();
}

std::vector<std::string> SegmentReader::split_points(std::size_t count) const {
    constexpr std::size_t kLeastBlocks = 4;
    const auto& blocks = index_->blocks();
    const std::size_t pieces = std::min(count + 1, blocks.size() / kLeastBlocks);
    std::vector<std::string> paths;
    for (std::size_t piece = 1; piece < pieces; ++piece) {
        paths.push_back(blocks[piece * blocks.size() / pieces].first_path);
    }
    return paths;
}

std::string SegmentReader::identity() const {
    return concat("segment ", index_->digest().hex());
}

std::uint64_t SegmentReader::blocks_read() const {
    return index_->blocks_read();
}

std::unique_ptr<ItemCursor> SegmentReader::cursor(std::string_view first) const {
    return std::make_unique<SegmentCursor>(*index_, first);
}

/// A lookup in a manifest of several segments mostly ends in the oldest one. Each newer segment
/// would read a block to find that it lacks the path. Therefore a segment with as many lookups as
/// blocks is read once as a whole into a filter, and answers from the filter after that. A few
/// lookups read a few blocks as before.
bool SegmentReader::may_contain(std::string_view path) const {
    if (++lookups_ <= index_->blocks().size()) {
        return true;
    }
    std::call_once(filter_made_, [this] {
        auto filter = std::make_unique<PathFilter>(index_->items());
        SegmentCursor items(*index_, "");
        while (const ItemView* item = items.next()) {
            filter->add(item->path);
        }
        filter_ = std::move(filter);
    });
    return filter_->may_contain(path);
}

std::shared_ptr<const std::string> SegmentReader::find_block(std::size_t block) const {
    auto bytes = cache_->find(block);
    if (!bytes) {
        bytes = std::make_shared<const std::string>(index_->read_blocks(block, block + 1));
        cache_->put(block, bytes);
    }
    return bytes;
}

std::optional<std::string> SegmentReader::find_fields(std::string_view path) const {
    const auto block = index_->block_of(path);
    if (!block) {
        return std::nullopt;
    }
    return with_damaged_file("segment", index_->path(), [&]() -> std::optional<std::string> {
        const auto bytes = find_block(*block);
        BlockItems items(*bytes);
        while (!items.at_end()) {
            const ItemView& item = items.next();
            if (item.path == path) {
                return std::string(item.fields.bytes);
            }
            if (item.path > path) {
                break;
            }
        }
        return std::nullopt;
    });
}

std::optional<SegmentItem> SegmentReader::find(std::string_view path) const {
    const auto bytes = find_fields(path);
    if (!bytes) {
        return std::nullopt;
    }
    return with_damaged_file("segment", index_->path(), [&] {
        return std::optional(SegmentItem::decode({path, EntryFields::parse(*bytes)}));
    });
}

} // namespace vitrine
