// SPDX-License-Identifier: MIT
#include "artifact/draft/stored_entry.hpp"

#include "core/file_system.hpp"
#include "core/spill_buffer.hpp"

#include <utility>

namespace vitrine {

Entry stored_entry(std::string path, const StoredBytes& stored) {
    Entry entry{.path = EntryPath(std::move(path))};
    entry.object = stored.sha256;
    entry.object_size = stored.size;
    entry.digest = stored.md5.base64();
    entry.size = stored.size;
    return entry;
}

StoredBytes put_written(DraftStaging& staging, const std::function<void(std::ostream&)>& write) {
    SpillBuffer buffer;
    std::ostream stream(&buffer);
    stream.exceptions(std::ios::badbit); // A full disk is reported by its own error.
    write(stream);
    buffer.finish();
    const auto file = buffer.file();
    return file ? staging.put_file(*file, false) : staging.put_bytes(as_bytes(buffer.bytes()));
}

} // namespace vitrine
