// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>

namespace vitrine {

/// A new file under a name of an open folder, which is unlinked again unless it is kept.
class OutputFile {
public:
    /// `folder` and `name` must live as long as this.
    OutputFile(const FileDescriptor& folder, const std::string& name)
        : folder_(folder), name_(name) {}
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();

    /// False, and nothing done, if the name is taken. `mode` as for open(2). Throws: IoError.
    bool create(mode_t mode);
    /// Throws: IoError.
    void write(std::span<const std::byte> bytes);
    /// Takes back all that was written. Throws: IoError.
    void empty();
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
