// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"

#include <string>
#include <string_view>

namespace vitrine {

/// Why a file was not written, or a folder not entered.
struct Obstacle {
    std::string path; ///< below the target: of what is in the way, or of the name in question
    std::string reason;
    bool is_conflict = true; ///< something of the user's stays; else the name cannot be had
};

/// The file system cannot have a file of that name.
Obstacle refused_name(const std::string& path);
/// The file system takes the name for that of another file.
Obstacle folded_name(const std::string& path);
/// What was looked at has changed before it could be replaced.
Obstacle changed_meanwhile(const std::string& path);

/// Whether an error number says that a file system cannot have a file of that name.
bool is_refused_name(int error);
/// Whether an error says so of a name in an open folder.
bool is_refusal(const IoError& error, const FileDescriptor& folder, const std::string& name);

// Paths below the target.

/// "a/b" of "a/b/c"; "" of "a".
std::string parent_of(const std::string& path);
/// "c" of "a/b/c".
std::string name_of(const std::string& path);
/// Whether the path is the folder, or below it.
bool is_in(std::string_view path, std::string_view folder);

} // namespace vitrine
