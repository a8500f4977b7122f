// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "core/throw_errno.hpp"
#include "manifest/block_reader.hpp"
#include "object/pack_file.hpp"
#include "object/pack_format.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

std::string render_index(const std::vector<PackItem>& items) {
    std::string index;
    index.reserve(items.size() * kPackItemBytes + kPackFooterBytes);
    for (const PackItem& item : items) {
        append_digest(index, item.object);
        append_u64(index, item.offset);
        append_u64(index, item.size);
    }
    return index;
}

} // namespace

PackWriter::PackWriter(FileSystem& files, std::filesystem::path path, bool early)
    : files_(files), path_(std::move(path)), early_(early) {
    const auto magic = as_bytes(kPackMagic);
    buffer_.assign(magic.begin(), magic.end());
}

std::uint64_t PackWriter::add(const Sha256& object, std::span<const std::byte> bytes) {
    if (bytes.size() > kPackBufferBytes) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("object ", quoted(object.hex()),
                           " is too large for a pack: expected at "
                           "most ",
                           kPackBufferBytes, " bytes, got ", bytes.size()));
    }
    if (buffer_.size() + bytes.size() > kPackBufferBytes) {
        flush();
    }
    const std::uint64_t offset = size();
    items_.push_back({object, bytes.size(), offset});
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return offset;
}

std::span<const std::byte> PackWriter::buffered(const PackItem& item) const {
    return std::span(buffer_).subspan(item.offset, item.size);
}

void PackWriter::flush() {
    write_out(buffer_);
    buffer_.clear();
}

void PackWriter::write_out(std::span<const std::byte> bytes) {
    if (!file_) {
        file_ = files_.create_file(path_);
    }
    if (is_torn_) {
        files_.truncate(file_, written_, path_);
        if (::lseek(file_.get(), static_cast<off_t>(written_), SEEK_SET) < 0) {
            throw_errno("seek in", path_);
        }
    }
    is_torn_ = true;
    files_.write(file_, bytes, path_);
    is_torn_ = false;
    if (early_) {
        begin_write_back(file_, written_, bytes.size());
    }
    written_ += bytes.size();
}

SealedPack PackWriter::finish() {
    flush();
    std::ranges::sort(items_, {}, &PackItem::object);
    SealedPack sealed;
    sealed.items = items_.size();
    std::string end = render_index(items_);
    sealed.name = sha256_of(end);
    append_u64(end, written_);
    append_u64(end, items_.size());
    append_digest(end, sealed.name);
    write_out(as_bytes(end));
    sealed.size = written_;
    file_.close();
    return sealed;
}

} // namespace vitrine
