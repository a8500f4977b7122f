// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>

#include "fuzz/fuzz.hpp"
#include "manifest/block_reader.hpp"
#include "object/pack_file.hpp"
#include "object/pack_format.hpp"

namespace {

using namespace vitrine;

/// Puts the checksum of the index right: without that no changed input would get past it.
void seal(std::string& file) {
    if (file.size() < kPackMagic.size() + kPackFooterBytes) {
        return;
    }
    const std::size_t index_end = file.size() - kPackFooterBytes;
    const std::uint64_t index = BlockReader(std::string_view(file).substr(index_end)).u64();
    if (index > index_end) {
        return;
    }
    const Sha256 digest = sha256_of(std::string_view(file).substr(index, index_end - index));
    for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
        file[file.size() - digest.bytes.size() + i] = static_cast<char>(digest.bytes[i]);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::MemoryFile memory;
    std::string file(fuzz::text_of(data, size));
    seal(file);
    memory.write(file);
    fuzz::accepts([&] {
        const PackReader pack(memory.path());
        fuzz::require(pack.size() == file.size(), "a pack has the size of its file");
        for (const PackItem& item : pack.items()) {
            fuzz::require(item.offset <= file.size() && item.size <= file.size() - item.offset,
                          "objects are inside the pack");
        }
    });
    return 0;
}
