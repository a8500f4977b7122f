// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "manifest/block_reader.hpp"
#include "object/pack_file.hpp"
#include "object/pack_format.hpp"

#include <algorithm>

namespace vitrine {

namespace {

[[noreturn]] void damaged(std::string_view why) {
    throw Error(ErrorCode::Corruption, std::string(why));
}

Sha256 take_digest(BlockReader& reader) {
    Sha256 digest;
    const std::string_view bytes = reader.take(digest.bytes.size());
    std::ranges::transform(bytes, digest.bytes.begin(),
                           [](char c) { return static_cast<std::uint8_t>(c); });
    return digest;
}

/// The file of a pack while its index is read.
class IndexFile {
public:
    explicit IndexFile(const std::filesystem::path& path)
        : path_(path), file_(open_for_reading(path)), size_(file_size(file_, path)) {}

    std::uint64_t size() const noexcept { return size_; }

    std::string read(std::uint64_t offset, std::uint64_t size) const {
        std::string bytes(size, '\0');
        if (read_at(file_, std::as_writable_bytes(std::span(bytes)), offset, path_) != size) {
            damaged("unexpected end of the file");
        }
        return bytes;
    }

    void check_magic() const {
        std::string magic(kPackMagic.size(), '\0');
        magic.resize(read_at(file_, std::as_writable_bytes(std::span(magic)), 0, path_));
        if (magic == kPackMagic) {
            return;
        }
        if (magic.starts_with(kPackMagicStem)) {
            throw Error(ErrorCode::Unsupported,
                        concat("pack ", quoted(path_.native()), " has a format that is newer than ",
                               "this program: expected ", quoted(kPackMagic), ", got ",
                               quoted(magic)));
        }
        damaged(concat("expected ", quoted(kPackMagic), " at its start, got ", quoted(magic)));
    }

private:
    const std::filesystem::path& path_;
    FileDescriptor file_;
    std::uint64_t size_;
};

std::vector<PackItem> parse_index(std::string_view bytes, std::uint64_t end) {
    std::vector<PackItem> items;
    items.reserve(bytes.size() / kPackItemBytes);
    BlockReader reader(bytes);
    while (!reader.at_end()) {
        PackItem item;
        item.object = take_digest(reader);
        item.offset = reader.u64();
        item.size = reader.u64();
        if (item.offset < kPackMagic.size() || item.offset > end || item.size > end - item.offset) {
            damaged(concat("object ", quoted(item.object.hex()), " lies outside of its objects"));
        }
        if (!items.empty() && item.object <= items.back().object) {
            damaged("its objects are not in order");
        }
        items.push_back(item);
    }
    return items;
}

} // namespace

PackReader::PackReader(const std::filesystem::path& path) {
    try {
        const IndexFile file(path);
        file.check_magic();
        size_ = file.size();
        if (size_ < kPackMagic.size() + kPackFooterBytes) {
            damaged("unexpected end of the file");
        }
        const std::uint64_t index_end = size_ - kPackFooterBytes;
        const std::string footer_bytes = file.read(index_end, kPackFooterBytes);
        BlockReader footer(footer_bytes);
        const std::uint64_t index_offset = footer.u64();
        const std::uint64_t count = footer.u64();
        name_ = take_digest(footer);
        const bool fits = index_offset >= kPackMagic.size() && index_offset <= index_end &&
                          count == (index_end - index_offset) / kPackItemBytes &&
                          (index_end - index_offset) % kPackItemBytes == 0;
        if (!fits) {
            damaged("its index does not fit the file");
        }
        const std::string index = file.read(index_offset, index_end - index_offset);
        if (sha256_of(index) != name_) {
            damaged("its index has another checksum");
        }
        items_ = parse_index(index, index_offset);
    } catch (Error& error) {
        if (error.code() == ErrorCode::Corruption) {
            error.add_context(concat("pack ", quoted(path.native()), " is damaged"));
        }
        throw;
    }
}

} // namespace vitrine
