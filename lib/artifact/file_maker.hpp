// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>

#include "artifact/artifact_content.hpp"
#include "core/file_system.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string_view>

namespace vitrine {

/// Makes a file of an entry's bytes: shared, copied, linked or fetched, and compared with their
/// digest where they are read.
class FileMaker {
public:
    /// `from` must live as long as this.
    FileMaker(const LocatedEntry& from, LinkMode link, std::stop_token stop);
    FileMaker(LocatedEntry&&, LinkMode, std::stop_token) = delete;

    /// What `make` made is as large where nobody knew it before.
    std::uint64_t size() const noexcept { return size_; }
    /// Whether an open file holds just these bytes.
    bool is_equal(const FileDescriptor& file) const;
    /// Makes a new file at `path`. Throws: Corruption; IoError; Unsupported where the file system
    /// cannot link as it is told to; what ReferenceHandler::fetch throws.
    void make(const std::filesystem::path& path);

private:
    void link_to(const std::filesystem::path& path) const;
    void copy_to(const std::filesystem::path& path) const;
    void fetch_to(const std::filesystem::path& path);

    const LocatedEntry& from_;
    LinkMode link_;
    std::stop_token stop_;
    std::optional<std::filesystem::path> source_;
    std::uint64_t size_ = 0;
};

/// Whether an open file holds just this text.
bool holds(const FileDescriptor& file, std::string_view text);
/// Makes a new file of a text. Throws: IoError.
void make_file(const std::filesystem::path& path, std::string_view text);

} // namespace vitrine
