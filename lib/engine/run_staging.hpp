// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"
#include "engine/open_store.hpp"
#include "engine/staged_draft.hpp"
#include "manifest/run_file.hpp"

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

struct StagedRun {
    StagedFile file;
    std::uint64_t items = 0;
};

/// A run that goes to a file of the draft's folder as its items come.
class RunStaging {
public:
    RunStaging(OpenStore& store, StagedDraft& draft);

    void add(std::string_view path, std::string_view fields) { writer_.add(path, fields); }
    void add_removal(std::string_view path);
    StagedRun finish();

private:
    void write(std::string_view bytes);
    void flush();

    FileSystem& files_;
    std::filesystem::path path_;
    FileDescriptor file_;
    std::string pending_;
    RunWriter writer_;
};

} // namespace vitrine
