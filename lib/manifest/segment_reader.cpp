// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"
#include "manifest/block_reader.hpp"
#include "manifest/entry_codec.hpp"
#include "manifest/segment_file.hpp"
#include "manifest/segment_format.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <mutex>
#include <utility>

namespace vitrine {

namespace {

[[noreturn]] void damaged(std::string_view why) {
    throw Error(ErrorCode::Corruption, std::string(why));
}

/// Does `action` and puts the name of the segment in front of what it throws.
template <class Action>
auto naming(const std::filesystem::path& path, const Action& action) {
    try {
        return action();
    } catch (Error& error) {
        if (error.code() == ErrorCode::Corruption) {
            error.add_context(concat("segment ", quoted(path.native()), " is damaged"));
        }
        throw;
    }
}

/// Takes the items of a block apart one after the other, where they lie.
class ItemReader {
public:
    explicit ItemReader(std::string_view block) : bytes_(block) {}

    bool at_end() const { return bytes_.at_end(); }

    /// The next item, whose path is made anew in here.
    const ItemView& next() {
        const std::uint64_t shared = bytes_.varint();
        const std::string_view rest = bytes_.text();
        if (shared > path_.size() || rest.empty()) {
            damaged("a path is cut off");
        }
        const bool ascends =
            shared == path_.size() || std::string_view(path_).substr(shared, 1) < rest;
        if (!ascends) {
            damaged("its paths are not in order");
        }
        path_.replace(shared, std::string::npos, rest);
        item_ = {path_, EntryFields::read(bytes_)};
        return item_;
    }

private:
    BlockReader bytes_;
    std::string path_;
    ItemView item_;
};

} // namespace

struct SegmentReader::Index {
    struct Block {
        std::string first_path;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint64_t items = 0;
        Sha256 digest;
    };

    std::filesystem::path path;
    FileDescriptor file;
    std::uint64_t items = 0;
    Sha256 digest; ///< of the index itself
    std::vector<Block> blocks;

    explicit Index(const std::filesystem::path& segment_path)
        : path(segment_path), file(open_for_reading(segment_path)) {
        naming(path, [this] { load(); });
    }

    void load();
    void check_magic() const;
    void parse_blocks(std::string_view bytes, std::uint64_t count, std::uint64_t end);

    std::string read(std::uint64_t offset, std::uint64_t size) const {
        std::string bytes(size, '\0');
        if (read_at(file, std::as_writable_bytes(std::span(bytes)), offset, path) != size) {
            damaged("unexpected end of the file");
        }
        return bytes;
    }
};

void SegmentReader::Index::check_magic() const {
    std::string magic(kSegmentMagic.size(), '\0');
    magic.resize(read_at(file, std::as_writable_bytes(std::span(magic)), 0, path));
    if (magic == kSegmentMagic) {
        return;
    }
    if (magic.starts_with(kSegmentMagicStem)) {
        throw Error(ErrorCode::Unsupported,
                    concat("segment ", quoted(path.native()),
                           " has a format that is newer than this ", "program: expected ",
                           quoted(kSegmentMagic), ", got ", quoted(magic)));
    }
    damaged(concat("expected ", quoted(kSegmentMagic), " at its start, got ", quoted(magic)));
}

void SegmentReader::Index::load() {
    check_magic();
    const std::uint64_t size = file_size(file, path);
    if (size < kSegmentMagic.size() + kSegmentFooterBytes) {
        damaged("unexpected end of the file");
    }
    const std::uint64_t index_end = size - kSegmentFooterBytes;
    const std::string footer_bytes = read(index_end, kSegmentFooterBytes);
    BlockReader footer(footer_bytes);
    const std::uint64_t index_offset = footer.u64();
    const std::uint64_t block_count = footer.u64();
    items = footer.u64();
    if (index_offset < kSegmentMagic.size() || index_offset > index_end) {
        damaged("its index lies outside the file");
    }
    const std::string bytes = read(index_offset, index_end - index_offset);
    digest = sha256_of(bytes);
    if (digest.hex() != render_hex(footer.take(32))) {
        damaged("its index has another checksum");
    }
    parse_blocks(bytes, block_count, index_offset);
}

void SegmentReader::Index::parse_blocks(std::string_view bytes, std::uint64_t count,
                                        std::uint64_t end) {
    BlockReader reader(bytes);
    std::uint64_t offset = kSegmentMagic.size();
    std::uint64_t item_sum = 0;
    while (!reader.at_end()) {
        Block block;
        block.first_path = reader.text();
        block.offset = offset;
        block.size = reader.varint();
        block.items = reader.varint();
        const std::string_view checksum = reader.take(block.digest.bytes.size());
        std::ranges::transform(checksum, block.digest.bytes.begin(),
                               [](char c) { return static_cast<std::uint8_t>(c); });
        // An item has at least four bytes, so the sizes bound the counts.
        if (block.size > end - offset || block.items == 0 || block.items > block.size / 4) {
            damaged("its index does not fit the blocks");
        }
        if (!blocks.empty() && block.first_path <= blocks.back().first_path) {
            damaged("its blocks are not in order");
        }
        offset += block.size;
        item_sum += block.items;
        blocks.push_back(std::move(block));
    }
    if (offset != end || blocks.size() != count || item_sum != items) {
        damaged("its index does not fit the blocks");
    }
}

/// The blocks that were looked into last, so that who restores the values of a table, and looks
/// the same few files up again and again, does not read and hash a block each time. At most half a
/// MiB. Safe to use from many threads.
class SegmentReader::RecentBlocks {
public:
    std::shared_ptr<const std::string> find(std::size_t block) {
        const std::lock_guard lock(mutex_);
        const Slot& slot = slots_[block % kSlots];
        return slot.block == block ? slot.bytes : nullptr;
    }
    void put(std::size_t block, std::shared_ptr<const std::string> bytes) {
        const std::lock_guard lock(mutex_);
        slots_[block % kSlots] = {block, std::move(bytes)};
    }

private:
    static constexpr std::size_t kSlots = 64;
    struct Slot {
        std::size_t block = 0;
        std::shared_ptr<const std::string> bytes;
    };
    std::mutex mutex_;
    std::array<Slot, kSlots> slots_;
};

SegmentReader::SegmentReader(const std::filesystem::path& path)
    : index_(std::make_unique<const Index>(path)), recent_(std::make_unique<RecentBlocks>()) {}

SegmentReader::~SegmentReader() = default;

std::uint64_t SegmentReader::items() const {
    return index_->items;
}

std::vector<std::string> SegmentReader::cuts(std::size_t count) const {
    constexpr std::size_t kLeastBlocks = 4;
    const auto& blocks = index_->blocks;
    const std::size_t pieces = std::min(count + 1, blocks.size() / kLeastBlocks);
    std::vector<std::string> paths;
    for (std::size_t piece = 1; piece < pieces; ++piece) {
        paths.push_back(blocks[piece * blocks.size() / pieces].first_path);
    }
    return paths;
}

std::string SegmentReader::identity() const {
    return concat("segment ", index_->digest.hex());
}

std::uint64_t SegmentReader::blocks_read() const {
    return blocks_read_;
}

std::string SegmentReader::read_block(std::size_t block) const {
    const Index::Block& place = index_->blocks[block];
    std::string bytes = index_->read(place.offset, place.size);
    check_block(block, bytes);
    return bytes;
}

void SegmentReader::check_block(std::size_t block, std::string_view bytes) const {
    ++blocks_read_;
    if (sha256_of(bytes) != index_->blocks[block].digest) {
        damaged(concat("block ", block, " has another checksum"));
    }
}

std::shared_ptr<const std::string> SegmentReader::find_block(std::size_t block) const {
    auto bytes = recent_->find(block);
    if (!bytes) {
        bytes = std::make_shared<const std::string>(read_block(block));
        recent_->put(block, bytes);
    }
    return bytes;
}

std::optional<std::size_t> SegmentReader::block_of(std::string_view path) const {
    const auto after = std::ranges::upper_bound(
        index_->blocks, path, {},
        [](const Index::Block& block) -> std::string_view { return block.first_path; });
    if (after == index_->blocks.begin()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(after - index_->blocks.begin()) - 1;
}

/// Hands out the blocks of a segment one after the other. While those of one piece are walked,
/// those of the next are read and hashed on another thread. Holds two pieces.
class SegmentReader::ReadAhead {
public:
    explicit ReadAhead(const SegmentReader& segment) : segment_(segment) {}
    ~ReadAhead() {
        if (next_.valid()) {
            next_.wait();
        }
    }

    /// The bytes of the block after that of the last call; of any block the first time. They stay
    /// until the next call.
    std::string_view read(std::size_t block) {
        if (block >= piece_.end) {
            piece_ = next_.valid() ? next_.get() : read_piece(block);
            if (piece_.end < blocks().size()) {
                next_ = std::async(std::launch::async,
                                   [this, first = piece_.end] { return read_piece(first); });
            }
        }
        return piece_.of(blocks()[block]);
    }

private:
    static constexpr std::uint64_t kPieceBytes = std::uint64_t{1} << 20U;

    struct Piece {
        std::size_t end = 0; ///< the first block behind it
        std::uint64_t offset = 0;
        std::string bytes;

        std::string_view of(const Index::Block& block) const {
            return std::string_view(bytes).substr(block.offset - offset, block.size);
        }
    };

    const std::vector<Index::Block>& blocks() const { return segment_.index_->blocks; }

    /// Where a part of a piece is damaged, what lies before it is read all the same.
    Piece read_piece(std::size_t first) const {
        try {
            return read_blocks(first, kPieceBytes);
        } catch (const Error&) {
            return read_blocks(first, 1);
        }
    }

    Piece read_blocks(std::size_t first, std::uint64_t least_bytes) const {
        Piece piece{first, blocks()[first].offset, {}};
        std::uint64_t size = 0;
        while (piece.end < blocks().size() && size < least_bytes) {
            size += blocks()[piece.end++].size;
        }
        piece.bytes = segment_.index_->read(piece.offset, size);
        for (std::size_t block = first; block < piece.end; ++block) {
            segment_.check_block(block, piece.of(blocks()[block]));
        }
        return piece;
    }

    const SegmentReader& segment_;
    Piece piece_;
    std::future<Piece> next_;
};

/// Walks the items of a segment. Holds one block, or where it goes on and on two pieces of them.
class SegmentReader::Cursor final : public ItemCursor {
public:
    Cursor(const SegmentReader& segment, std::string_view first) : segment_(segment) {
        if (const auto block = segment_.block_of(first)) {
            next_block_ = *block;
        }
        first_ = first;
    }

    const ItemView* next() override {
        if (!first_.empty()) {
            return seek(std::exchange(first_, {}));
        }
        return naming(segment_.index_->path, [this] { return advance(); });
    }

    const ItemView* seek(std::string_view path) override {
        if (item_ != nullptr && item_->path >= path) {
            return item_;
        }
        return naming(segment_.index_->path, [&] {
            const auto& blocks = segment_.index_->blocks;
            if (next_block_ < blocks.size() && blocks[next_block_].first_path <= path) {
                go_to(*segment_.block_of(path));
            }
            do {
                advance();
            } while (item_ != nullptr && item_->path < path);
            return item_;
        });
    }

private:
    const ItemView* advance() {
        if (!items_ || items_->at_end()) {
            if (items_ && left_ != 0) {
                damaged(concat("block ", next_block_ - 1, " does not fit the index"));
            }
            item_ = nullptr;
            items_.reset();
            if (next_block_ == segment_.index_->blocks.size()) {
                return nullptr;
            }
            open_block(next_block_++);
        } else {
            item_ = &items_->next();
        }
        if (left_-- == 0) {
            damaged(concat("block ", next_block_ - 1, " does not fit the index"));
        }
        return item_;
    }

    /// What lies between is not read.
    void go_to(std::size_t block) {
        items_.reset();
        if (block != next_block_) {
            next_block_ = block;
            in_a_row_ = 0;
            ahead_.reset();
        }
    }

    void open_block(std::size_t block) {
        const Index::Block& place = segment_.index_->blocks[block];
        left_ = place.items;
        items_.emplace(read_block(block));
        item_ = &items_->next();
        if (item_->path != place.first_path) {
            damaged(concat("block ", block, " does not fit the index"));
        }
    }

    /// Who has read some blocks in a row is likely to read on.
    std::string_view read_block(std::size_t block) {
        if (++in_a_row_ <= kFewBlocks) {
            bytes_ = segment_.read_block(block);
            return bytes_;
        }
        if (!ahead_) {
            ahead_.emplace(segment_);
        }
        return ahead_->read(block);
    }

    static constexpr std::size_t kFewBlocks = 32;

    const SegmentReader& segment_;
    std::string first_; ///< where the first step goes
    std::size_t next_block_ = 0;
    std::size_t in_a_row_ = 0; ///< blocks that were read without a gap
    std::string bytes_;
    std::optional<ReadAhead> ahead_;
    std::uint64_t left_ = 0; ///< items of the block that were not given yet
    std::optional<ItemReader> items_;
    const ItemView* item_ = nullptr;
};

std::unique_ptr<ItemCursor> SegmentReader::cursor(std::string_view first) const {
    return std::make_unique<Cursor>(*this, first);
}

/// Who looks many paths up in a manifest of several segments finds most of them in the oldest;
/// reading a block of each newer one to see that it has not got the path would cost as much again
/// for each. So a segment that has been looked into as often as it has blocks is read once as a
/// whole, and from then on knows what it does not have. A few look-ups cost a few blocks as before.
bool SegmentReader::may_contain(std::string_view path) const {
    if (++questions_ <= index_->blocks.size()) {
        return true;
    }
    std::call_once(filter_made_, [this] {
        auto filter = std::make_unique<PathFilter>(index_->items);
        Cursor items(*this, "");
        while (const ItemView* item = items.next()) {
            filter->add(item->path);
        }
        filter_ = std::move(filter);
    });
    return filter_->may_contain(path);
}

std::optional<std::string> SegmentReader::find_in_block(std::size_t block,
                                                        std::string_view path) const {
    const auto bytes = find_block(block);
    ItemReader reader(*bytes);
    while (!reader.at_end()) {
        const ItemView& item = reader.next();
        if (item.path >= path) {
            return item.path == path ? std::optional<std::string>(item.fields.bytes) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<std::string> SegmentReader::find_fields(std::string_view path) const {
    const auto block = block_of(path);
    if (!block) {
        return std::nullopt;
    }
    return naming(index_->path, [&] { return find_in_block(*block, path); });
}

std::optional<SegmentItem> SegmentReader::find(std::string_view path) const {
    const auto bytes = find_fields(path);
    if (!bytes) {
        return std::nullopt;
    }
    return naming(index_->path, [&] {
        SegmentItem item{std::string(path), std::nullopt};
        const EntryFields fields = EntryFields::parse(*bytes);
        if (!fields.removed) {
            item.entry = fields.entry(path);
        }
        return std::optional(std::move(item));
    });
}

std::optional<SegmentItem> SegmentItems::next() {
    const ItemView* view = merge_.next();
    if (view == nullptr) {
        return std::nullopt;
    }
    SegmentItem item{std::string(view->path), std::nullopt};
    if (!view->fields.removed) {
        item.entry = view->fields.entry(view->path);
    }
    return item;
}

Layers layers_of_segments(const std::vector<std::shared_ptr<const SegmentReader>>& segments) {
    return {segments.begin(), segments.end()};
}

Manifest manifest_of_segments(std::vector<std::shared_ptr<const SegmentReader>> segments,
                              std::uint64_t entries) {
    return manifest_of_layers(layers_of_segments(segments), entries);
}

} // namespace vitrine
