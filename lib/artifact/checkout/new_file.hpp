// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <sys/stat.h>

#include <string>

namespace vitrine {

/// A file that a TargetFolder is about to write.
class NewFile {
public:
    virtual ~NewFile() = default;

    /// Returns whether an existing file, open for reading, has the same content and may stay.
    virtual bool is_equal(const FileDescriptor& file, const struct ::stat& status) = 0;
    /// Creates the file under a name in an open folder. Returns false, and does nothing, if the
    /// name is taken. If it throws, there is no file under the name.
    virtual bool create(const FileDescriptor& folder, const std::string& name) = 0;
};

} // namespace vitrine
