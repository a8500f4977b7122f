// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "manifest/block_reader.hpp"
#include "manifest/entry_codec.hpp"
#include "manifest/segment_file.hpp"
#include "manifest/segment_format.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

std::size_t shared_prefix(std::string_view a, std::string_view b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

} // namespace

SegmentWriter::SegmentWriter(Sink sink) : sink_(std::move(sink)) {
    put(kSegmentMagic);
}

void SegmentWriter::put(std::string_view bytes) {
    sink_(bytes);
    hasher_.update(bytes);
    size_ += bytes.size();
}

void SegmentWriter::add(std::string_view path, std::string_view fields) {
    if (items_ > 0 && path <= last_path_) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("items are not in path order: ", quoted(path), " after ", quoted(last_path_)));
    }
    if (block_items_ == 0) {
        first_path_ = path;
    }
    const std::size_t shared = block_items_ == 0 ? 0 : shared_prefix(last_path_, path);
    append_varint(block_, shared);
    append_text(block_, path.substr(shared));
    block_ += fields;
    last_path_ = path;
    ++items_;
    ++block_items_;
    if (block_.size() >= kSegmentBlockBytes) {
        close_block();
    }
}

void SegmentWriter::add(const SegmentItem& item) {
    if (item.entry && item.entry->path.str() != item.path) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("item ", quoted(item.path), " holds the entry ",
                           quoted(item.entry->path.str())));
    }
    std::string fields;
    if (item.entry) {
        encode_fields(fields, *item.entry);
    } else {
        encode_tombstone(fields);
    }
    add(item.path, fields);
}

void SegmentWriter::close_block() {
    if (block_items_ == 0) {
        return;
    }
    append_text(index_, first_path_);
    append_varint(index_, block_.size());
    append_varint(index_, block_items_);
    append_digest(index_, sha256_of(block_));
    put(block_);
    block_.clear();
    block_items_ = 0;
    ++blocks_;
}

SegmentWriter::Written SegmentWriter::finish() {
    close_block();
    std::string footer;
    append_u64(footer, size_);
    append_u64(footer, blocks_);
    append_u64(footer, items_);
    append_digest(footer, sha256_of(index_));
    put(index_);
    put(footer);
    return {hasher_.finish().sha256, size_, items_};
}

} // namespace vitrine
