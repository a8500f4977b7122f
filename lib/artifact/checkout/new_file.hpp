// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/checkout/found_file.hpp"
#include "core/file_system.hpp"

#include <string>

namespace vitrine {

/// How a file that lies in the place of a new one compares with it.
enum class Likeness {
    Right,  ///< it has the right bytes and may stay
    Remake, ///< it has the right bytes, but is not made as it was asked for: a link, or none
    Other,  ///< other bytes, or they cannot be compared
};

/// A file that a TargetFolder is about to write.
class NewFile {
public:
    virtual ~NewFile() = default;

    /// Compares a file that lies in its place with this one.
    virtual Likeness compare(FoundFile& found) = 0;
    /// Whether `compare` knows the right bytes. If not, only the new file itself shows them.
    virtual bool has_digest() const { return true; }
    /// Whether the caller can write again what lies there, though no object has these bytes: files
    /// that are made from a manifest.
    virtual bool can_remake(FoundFile& /*found*/) { return false; }
    /// Creates the file under a name in an open folder. Returns false, and does nothing, if the
    /// name is taken. If it throws, there is no file under the name.
    virtual bool create(const FileDescriptor& folder, const std::string& name) = 0;
};

} // namespace vitrine
