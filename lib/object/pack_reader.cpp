// SPDX-License-Identifier: MIT
#include "core/damage.hpp"
#include "core/framed_file.hpp"
#include "manifest/block_reader.hpp"
#include "object/pack_file.hpp"
#include "object/pack_format.hpp"

namespace vitrine {

namespace {

/// Decodes an index whose objects are stored before the offset `end`.
std::vector<PackItem> parse_index(std::string_view bytes, std::uint64_t end) {
    std::vector<PackItem> items;
    items.reserve(bytes.size() / kPackItemBytes);
    BlockReader reader(bytes);
    while (!reader.at_end()) {
        PackItem item;
        item.object = reader.sha256();
        item.offset = reader.u64();
        item.size = reader.u64();
        if (item.offset < kPackMagic.size() || item.offset > end || item.size > end - item.offset) {
            throw_damaged(concat("object ", quoted(item.object.hex()),
                                 " is not between the first line and the index"));
        }
        if (!items.empty() && item.object <= items.back().object) {
            throw_damaged("its objects are not in order");
        }
        items.push_back(item);
    }
    return items;
}

} // namespace

PackReader::PackReader(const std::filesystem::path& path) {
    with_damaged_file("pack", path, [&] { load(path); });
}

void PackReader::load(const std::filesystem::path& path) {
    const FramedFile file(path);
    file.check_magic("pack", kPackMagic, kPackMagicStem);
    size_ = file.size();
    if (size_ < kPackMagic.size() + kPackFooterBytes) {
        throw_damaged("unexpected end of the file");
    }
    const std::uint64_t index_end = size_ - kPackFooterBytes;
    const std::string footer_bytes = file.read(index_end, kPackFooterBytes);
    BlockReader footer(footer_bytes);
    const std::uint64_t index_offset = footer.u64();
    const std::uint64_t count = footer.u64();
    name_ = footer.sha256();
    const bool fits = index_offset >= kPackMagic.size() && index_offset <= index_end &&
                      count == (index_end - index_offset) / kPackItemBytes &&
                      (index_end - index_offset) % kPackItemBytes == 0;
    if (!fits) {
        throw_damaged("its index does not fit the file");
    }
    const std::string index = file.read(index_offset, index_end - index_offset);
    if (sha256_of(index) != name_) {
        throw_damaged("its index has another checksum");
    }
    items_ = parse_index(index, index_offset);
}

} // namespace vitrine
