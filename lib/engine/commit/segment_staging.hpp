// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"
#include "engine/commit/draft_staging.hpp"
#include "manifest/segment_file.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace vitrine {

/// A file in the draft's folder that waits to be published.
struct StagedFile {
    Sha256 sha256;
    std::uint64_t size = 0;
    std::filesystem::path path;
};

struct StagedSegment {
    StagedFile file;
    std::uint64_t items = 0;
};

/// Writes a segment to a file in the draft's folder, item by item in path order.
class SegmentStaging {
public:
    explicit SegmentStaging(DraftStaging& draft);

    void add(std::string_view path, std::string_view fields) { writer_.add(path, fields); }
    void add_tombstone(std::string_view path);
    StagedSegment finish();

private:
    void write(std::string_view bytes);
    void flush();

    FileSystem& files_;
    std::filesystem::path path_;
    FileDescriptor file_;
    std::string pending_; ///< bytes not yet written to the file
    SegmentWriter writer_;
};

} // namespace vitrine
