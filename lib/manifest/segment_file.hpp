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

/// A line of a segment: an entry, or the removal of a path that an older segment has.
struct SegmentItem {
    std::string path;
    std::optional<Entry> entry; ///< absent: removed
};

/// Builds a segment: items in path order, in blocks with a checksum each and an index of first
/// paths at the end (FORMAT.md). The bytes depend on the items alone. They go out as they come; in
/// memory are one block and the index, about a fiftieth of the segment.
class SegmentWriter {
public:
    using Sink = std::function<void(std::string_view)>;

    /// `sink` gets the bytes of the segment file one after the other.
    explicit SegmentWriter(Sink sink);
    /// Fields as encode_fields and encode_removal write them.
    /// Throws: InvalidArgument if paths are not strictly ascending.
    void add(std::string_view path, std::string_view fields);
    /// Throws: as above, and if the item's entry has another path.
    void add(const SegmentItem& item);

    struct Written {
        Sha256 object; ///< of the whole file
        std::uint64_t size = 0;
        std::uint64_t items = 0;
    };
    /// Writes the rest. The writer is used up.
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
    std::string first_path_; ///< of the block at hand
    std::string last_path_;
    std::uint64_t items_ = 0;
    std::uint64_t block_items_ = 0;
    std::uint64_t blocks_ = 0;
};

/// Reads a segment file block by block; holds its index in memory and little else.
/// Safe to use from many threads.
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
    /// Between blocks, if there are at least four to a piece.
    std::vector<std::string> cuts(std::size_t count) const override;
    /// Two files with the same index hold the same blocks.
    std::string identity() const override;

    /// The item of a path, if this segment has one. Throws: Corruption.
    std::optional<SegmentItem> find(std::string_view path) const;
    /// How many blocks were read and compared with their checksums since the segment was opened.
    std::uint64_t blocks_read() const;

private:
    struct Index;
    class RecentBlocks;
    class ReadAhead;
    class Cursor;
    std::string read_block(std::size_t block) const;
    void check_block(std::size_t block, std::string_view bytes) const;
    std::shared_ptr<const std::string> find_block(std::size_t block) const;
    std::optional<std::string> find_in_block(std::size_t block, std::string_view path) const;
    std::optional<std::size_t> block_of(std::string_view path) const;

    std::unique_ptr<const Index> index_;
    std::unique_ptr<RecentBlocks> recent_;
    mutable std::atomic<std::uint64_t> blocks_read_{0};
    mutable std::atomic<std::uint64_t> questions_{0};
    mutable std::once_flag filter_made_;
    mutable std::unique_ptr<const PathFilter> filter_;
};

/// Items with the entries made, where speed does not matter.
class SegmentItems {
public:
    SegmentItems(Layers layers, std::string_view first) : merge_(std::move(layers), first) {}
    /// The next item, or nothing at the end. Throws: Corruption.
    std::optional<SegmentItem> next();

private:
    ItemMerge merge_;
};

/// The layers that some segments, newest first, are. The newest few alone, as one walk with
/// `ItemMerge`, are what a manifest holds beyond the segments that are left out.
Layers layers_of_segments(const std::vector<std::shared_ptr<const SegmentReader>>& segments);

/// The manifest that `segments` (newest first) make up: of each path the newest item counts. A walk
/// of all of it throws Corruption if there are not `entries` of them.
Manifest manifest_of_segments(std::vector<std::shared_ptr<const SegmentReader>> segments,
                              std::uint64_t entries);

/// What a `.manifest` file says: the segments that make up the manifest, newest first.
struct ManifestFile {
    struct Segment {
        Sha256 object;
        std::uint64_t size = 0;
        std::uint64_t items = 0;
        bool operator==(const Segment&) const = default;
    };
    Sha256 content; ///< the content digest
    std::uint64_t entries = 0;
    std::vector<Segment> segments;

    /// The bytes of the file (FORMAT.md). Inverse: parse.
    std::string render() const;
    /// Throws: InvalidFormat with the JSON pointer; Unsupported for a newer format.
    static ManifestFile parse(std::string_view text);
    bool operator==(const ManifestFile&) const = default;
};

} // namespace vitrine
