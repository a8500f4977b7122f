// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <sys/stat.h>

#include <string>

namespace vitrine {

/// A file that is to be laid out in a folder.
class NewFile {
public:
    virtual ~NewFile() = default;

    /// Whether the file that lies there already, open for reading, may stay.
    virtual bool is_equal(const FileDescriptor& file, const struct ::stat& status) = 0;
    /// Makes the file under a name in an open folder; false, and nothing done, if the name is
    /// taken. One that throws leaves nothing under the name.
    virtual bool make(const FileDescriptor& folder, const std::string& name) = 0;
};

} // namespace vitrine
