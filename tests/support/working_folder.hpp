// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace vitrine::test {

/// A temporary folder that is the working folder while this object exists.
class WorkingFolder {
public:
    /// The folder is made below `parent`; below the folder for temporary files if that is "".
    explicit WorkingFolder(const std::filesystem::path& parent = {})
        : folder_(parent), before_(std::filesystem::current_path()) {
        std::filesystem::current_path(folder_.path());
    }
    ~WorkingFolder() { std::filesystem::current_path(before_); }
    WorkingFolder(const WorkingFolder&) = delete;
    WorkingFolder& operator=(const WorkingFolder&) = delete;

    const std::filesystem::path& path() const { return folder_.path(); }

private:
    TemporaryDirectory folder_;
    std::filesystem::path before_;
};

/// Writes a file, making its folders.
inline void write_text(const std::filesystem::path& path, std::string_view text) {
    if (path.has_parent_path()) {
        std::filesystem::create_directories(path.parent_path());
    }
    std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_text(const std::filesystem::path& path) {
    return read_file(path);
}

} // namespace vitrine::test
