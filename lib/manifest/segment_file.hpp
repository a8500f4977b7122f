// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "manifest/background_hasher.hpp"
#include "manifest/item.hpp"
#include "manifest/path_filter.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

class BlockCache;
class SegmentIndex;

/// An item of a segment: an entry, or a tombstone, which removes the path of an older segment.
struct SegmentItem {
    std::string path;
    std::optional<Entry> entry; ///< absent in a tombstone

    /// Throws: Corruption.
    static SegmentItem decode(const ItemView& view);
};

/// Writes a segment: items in path order, in blocks with a checksum each, then an index of the
/// first paths (FORMAT.md). The items alone determine the bytes. Holds one block and the index in
/// memory, about a fiftieth of the segment.
class SegmentWriter {
public:
    using Sink = std::function<void(std::string_view)>;

    /// `sink` receives the bytes of the segment file, in order.
    explicit SegmentWriter(Sink sink);
    /// Adds an item; `fields` as encode_fields and encode_tombstone encode them.
    /// Throws: InvalidArgument if paths are not strictly ascending.
    void add(std::string_view path, std::string_view fields);
    /// Throws: InvalidArgument as above, and if the entry has another path than the item.
    void add(const SegmentItem& item);

    struct Written {
        Sha256 object; ///< of the whole file
        std::uint64_t size = 0;
        std::uint64_t items = 0;
    };
    /// Writes the rest. The writer cannot be used after that.
    Written finish();
    std::uint64_t items() const { return items_; }

private:
    void put(std::string_view bytes);
    void close_block();

    Sink sink_;
    BackgroundHasher hasher_{Hash::Sha256};
    std::uint64_t size_ = 0;
    std::string block_;
    std::string index_;
    std::string first_path_; ///< of the open block
    std::string last_path_;
    std::uint64_t items_ = 0;
    std::uint64_t block_items_ = 0;
    std::uint64_t blocks_ = 0;
};

/// Reads a segment file block by block. Holds its index in memory and little else. Safe to use
/// from many threads.
class SegmentReader final : public ItemLayer {
public:
    /// Throws: IoError; Corruption that names the file; Unsupported for a newer format.
    explicit SegmentReader(const std::filesystem::path& path);
    ~SegmentReader() override;

    std::uint64_t items() const override;
    /// Reads at most one block.
    std::optional<std::string> find_fields(std::string_view path) const override;
    bool may_contain(std::string_view path) const override;
    std::unique_ptr<ItemCursor> cursor(std::string_view first) const override;
    /// First paths of blocks, with at least four blocks to a piece.
    std::vector<std::string> split_points(std::size_t count) const override;
    /// Names the digest of the index: files with the same index hold the same blocks.
    std::string identity() const override;

    /// The item of a path; nothing if the segment has none. Throws: Corruption.
    std::optional<SegmentItem> find(std::string_view path) const;
    /// The number of blocks that were read and checked since the segment was opened.
    std::uint64_t blocks_read() const;

private:
    std::shared_ptr<const std::string> find_block(std::size_t block) const;

    std::unique_ptr<const SegmentIndex> index_;
    std::unique_ptr<BlockCache> cache_;
    mutable std::atomic<std::uint64_t> lookups_{0};
    mutable std::once_flag filter_made_;
    mutable std::unique_ptr<const PathFilter> filter_;
};

/// Walks the items of some layers and decodes each entry. Slower than ItemMerge.
class SegmentItems {
public:
    SegmentItems(Layers layers, std::string_view first) : merge_(std::move(layers), first) {}
    /// The next item, or nothing at the end. Throws: Corruption.
    std::optional<SegmentItem> next();

private:
    ItemMerge merge_;
};

/// The segments, newest first, as layers. The newest few, walked with ItemMerge, are what a
/// manifest holds beyond the older segments.
Layers layers_of_segments(const std::vector<std::shared_ptr<const SegmentReader>>& segments);

/// The manifest that consists of `segments`, newest first: for each path the newest item counts. A
/// full walk throws Corruption unless it meets `entries` entries.
Manifest manifest_of_segments(const std::vector<std::shared_ptr<const SegmentReader>>& segments,
                              std::uint64_t entries);

} // namespace vitrine
