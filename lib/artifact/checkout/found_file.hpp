// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>

namespace vitrine {

/// A regular file that lies where another is to be written. It is opened when its bytes are asked
/// for, and read at most once for its SHA-256. One thread at a time.
class FoundFile {
public:
    /// `status`: as it was looked at. `known`: its digest, if that is known without reading.
    /// `through_link`: the name is a symbolic link that leads to the file. `folder` must stay open,
    /// and `name` live, as long as this object.
    FoundFile(int folder, const std::string& name, const struct ::stat& status,
              const std::optional<Sha256>& known, bool through_link = false)
        : folder_(folder), name_(name), status_(status), sha256_(known),
          through_link_(through_link) {}

    const struct ::stat& status() const noexcept { return status_; }
    std::uint64_t size() const noexcept { return static_cast<std::uint64_t>(status_.st_size); }
    bool through_link() const noexcept { return through_link_; }

    /// The open file; null if it cannot be opened, or is no longer what was looked at.
    const FileDescriptor* file();
    /// The digest of its bytes; nothing if they cannot be read.
    std::optional<Sha256> sha256();
    /// Both digests, of which a file that is no object may have only the MD5; nothing if its bytes
    /// cannot be read.
    std::optional<Digests> digests();

private:
    int folder_;
    const std::string& name_;
    struct ::stat status_;
    std::optional<Sha256> sha256_;
    bool through_link_;
    bool is_tried_ = false;
    FileDescriptor file_;
};

/// Whether both are states of one file or link that was not changed between them, or of one folder,
/// whatever lies in it. The time of the last change of the status is not compared: a rename changes
/// that.
bool is_unchanged(const struct ::stat& before, const struct ::stat& after);

} // namespace vitrine
