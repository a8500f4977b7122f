// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>

namespace vitrine {

/// A new file in an open folder. The destructor unlinks it unless keep() was called.
class OutputFile {
public:
    /// `folder` and `name` must live as long as this object.
    OutputFile(const FileDescriptor& folder, const std::string& name)
        : folder_(folder), name_(name) {}
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();

    /// Returns false, and does nothing, if the name is taken. `mode` as for open(2). Throws:
    /// IoError.
    bool create(mode_t mode);
    /// Throws: IoError.
    void write(std::span<const std::byte> bytes);
    /// Removes all that was written. Throws: IoError.
    void truncate();
    void keep() noexcept { is_kept_ = true; }

    const FileDescriptor& file() const noexcept { return file_; }
    const std::string& name() const noexcept { return name_; }

private:
    const FileDescriptor& folder_;
    const std::string& name_;
    FileDescriptor file_;
    bool is_kept_ = false;
};

} // namespace vitrine
