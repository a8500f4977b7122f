// SPDX-License-Identifier: MIT
#include "engine/commit/segment_staging.hpp"

#include "manifest/entry_codec.hpp"

#include <cstddef>

namespace vitrine {

namespace {

constexpr std::size_t kWriteBytes = std::size_t{256} * 1024;

} // namespace

SegmentStaging::SegmentStaging(DraftStaging& draft)
    : files_(draft.store().files()), path_(draft.new_path()), file_(files_.create_file(path_)),
      writer_([this](std::string_view bytes) { write(bytes); }) {}

void SegmentStaging::write(std::string_view bytes) {
    pending_ += bytes;
    if (pending_.size() >= kWriteBytes) {
        flush();
    }
}

void SegmentStaging::flush() {
    files_.write(file_, as_bytes(pending_), path_);
    pending_.clear();
}

void SegmentStaging::add_tombstone(std::string_view path) {
    std::string fields;
    encode_tombstone(fields);
    writer_.add(path, fields);
}

StagedSegment SegmentStaging::finish() {
    const SegmentWriter::Written written = writer_.finish();
    flush();
    file_.close();
    return {{written.object, written.size, path_}, written.items};
}

} // namespace vitrine
