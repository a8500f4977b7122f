// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>

#include "fuzz/fuzz.hpp"
#include "manifest/block_reader.hpp"
#include "manifest/segment_file.hpp"
#include "manifest/segment_format.hpp"

#include <vector>

namespace {

using namespace vitrine;

void put_digest(std::string& file, std::size_t offset, std::string_view bytes) {
    const Sha256 digest = sha256_of(bytes);
    for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
        file[offset + i] = static_cast<char>(digest.bytes[i]);
    }
}

/// Puts the checksums right, as far as the index can be read: without that no changed input would
/// get past them.
void seal(std::string& file) {
    if (file.size() < kSegmentMagic.size() + kSegmentFooterBytes) {
        return;
    }
    const std::size_t index_end = file.size() - kSegmentFooterBytes;
    const std::uint64_t index = BlockReader(std::string_view(file).substr(index_end)).u64();
    if (index < kSegmentMagic.size() || index > index_end) {
        return;
    }
    const std::string copy = file;
    fuzz::accepts([&] {
        BlockReader reader(std::string_view(copy).substr(index, index_end - index));
        std::uint64_t offset = kSegmentMagic.size();
        while (!reader.at_end()) {
            reader.text();
            const std::uint64_t size = reader.varint();
            reader.varint();
            const std::size_t position = index_end - reader.left();
            reader.take(sizeof(Sha256::bytes));
            if (size > index - offset) {
                return;
            }
            put_digest(file, position, std::string_view(copy).substr(offset, size));
            offset += size;
        }
    });
    const std::string_view index_bytes = std::string_view(file).substr(index, index_end - index);
    put_digest(file, file.size() - sizeof(Sha256::bytes), index_bytes);
}

/// Entries have one encoding.
void check_entry(const Entry& entry) {
    std::string fields;
    encode_fields(fields, entry);
    const Entry again = EntryFields::parse(fields).entry(entry.path.str());
    std::string fields_again;
    encode_fields(fields_again, again);
    fuzz::require(fields_again == fields, "an entry that was encoded is read as the same");
}

void read_segment(const std::filesystem::path& path) {
    const auto reader = std::make_shared<const SegmentReader>(path);
    reader->split_points(4);
    std::vector<SegmentItem> items;
    SegmentItems walk({reader}, "");
    while (auto item = walk.next()) {
        items.push_back(std::move(*item));
    }
    fuzz::require(items.size() <= reader->items(), "a walk meets at most all items");
    for (const SegmentItem& item : items) {
        fuzz::accepts([&] {
            reader->find(item.path);
            reader->may_contain(item.path);
        });
        if (item.entry) {
            check_entry(*item.entry);
        }
    }
    // Throws where the paths do not ascend.
    std::string written;
    SegmentWriter writer([&](std::string_view bytes) { written += bytes; });
    for (const SegmentItem& item : items) {
        writer.add(item);
    }
    writer.finish();
    fuzz::MemoryFile copy;
    copy.write(written);
    const SegmentReader again(copy.path());
    fuzz::require(again.items() == items.size(), "a segment that was written has all items");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::MemoryFile memory;
    std::string file(fuzz::text_of(data, size));
    fuzz::accepts([&] { EntryFields::parse(file).entry("a"); });
    seal(file);
    memory.write(file);
    fuzz::accepts([&] { read_segment(memory.path()); });
    return 0;
}
