// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"
#include "core/linkless.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace vitrine {

/// A file of the store that starts with a line that names its format: a segment or a pack. Open
/// for reading; safe to use from many threads.
class FramedFile {
public:
    /// Throws: as open_linkless.
    explicit FramedFile(const std::filesystem::path& path)
        : path_(path), file_(open_linkless(path)), size_(file_size(file_, path)) {}

    const std::filesystem::path& path() const noexcept { return path_; }
    std::uint64_t size() const noexcept { return size_; }

    /// Reads exactly `size` bytes. Throws: IoError; Corruption if the file ends too early.
    std::string read(std::uint64_t offset, std::uint64_t size) const;

    /// Checks the first line. `kind` names the file in the message ("pack"). Throws: Unsupported if
    /// the file starts with `stem`, but not with `magic`: its format is newer; Corruption if it
    /// does not start with `stem`.
    void check_magic(std::string_view kind, std::string_view magic, std::string_view stem) const;

private:
    std::filesystem::path path_;
    FileDescriptor file_;
    std::uint64_t size_;
};

} // namespace vitrine
