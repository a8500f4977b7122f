// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "manifest/block_reader.hpp"
#include "manifest/entry_codec.hpp"
#include "manifest/run_file.hpp"
#include "manifest/run_format.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

void append_digest(std::string& out, const Sha256& digest) {
    for (const std::uint8_t byte : digest.bytes) {
        out.push_back(static_cast<char>(byte));
    }
}

std::size_t shared_prefix(std::string_view a, std::string_view b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

} // namespace

RunWriter::RunWriter() : out_(kRunMagic) {}

void RunWriter::add(const RunItem& item) {
    if (items_ > 0 && item.path <= last_path_) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("items are not in path order: ", quoted(item.path), " after ",
                           quoted(last_path_)));
    }
    if (item.entry && item.entry->path.str() != item.path) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("item ", quoted(item.path), " holds the entry ",
                           quoted(item.entry->path.str())));
    }
    if (block_items_ == 0) {
        first_path_ = item.path;
    }
    const std::size_t shared = block_items_ == 0 ? 0 : shared_prefix(last_path_, item.path);
    append_varint(block_, shared);
    append_text(block_, std::string_view(item.path).substr(shared));
    if (item.entry) {
        encode_fields(block_, *item.entry, ValueTypeField::Included);
    } else {
        encode_removal(block_);
    }
    last_path_ = item.path;
    ++items_;
    ++block_items_;
    if (block_.size() >= kRunBlockBytes) {
        close_block();
    }
}

void RunWriter::close_block() {
    if (block_items_ == 0) {
        return;
    }
    append_text(index_, first_path_);
    append_varint(index_, block_.size());
    append_varint(index_, block_items_);
    append_digest(index_, sha256_of(block_));
    out_ += block_;
    block_.clear();
    block_items_ = 0;
    ++blocks_;
}

std::string RunWriter::finish() {
    close_block();
    const std::uint64_t index_offset = out_.size();
    out_ += index_;
    append_u64(out_, index_offset);
    append_u64(out_, blocks_);
    append_u64(out_, items_);
    append_digest(out_, sha256_of(index_));
    return std::move(out_);
}

} // namespace vitrine
