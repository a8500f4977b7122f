// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"
#include "engine/commit/staged_draft.hpp"
#include "engine/store/open_store.hpp"
#include "manifest/segment_file.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace vitrine {

/// A file that waits in the draft's folder to be placed.
struct StagedFile {
    Sha256 sha256;
    std::uint64_t size = 0;
    std::filesystem::path path;
};

struct StagedSegment {
    StagedFile file;
    std::uint64_t items = 0;
};

/// A segment that goes to a file of the draft's folder as its items come.
class SegmentStaging {
public:
    SegmentStaging(OpenStore& store, StagedDraft& draft);

    void add(std::string_view path, std::string_view fields) { writer_.add(path, fields); }
    void add_removal(std::string_view path);
    StagedSegment finish();

private:
    void write(std::string_view bytes);
    void flush();

    FileSystem& files_;
    std::filesystem::path path_;
    FileDescriptor file_;
    std::string pending_;
    SegmentWriter writer_;
};

} // namespace vitrine
