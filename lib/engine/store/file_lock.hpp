// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <filesystem>
#include <optional>

namespace vitrine {

/// A kernel lock (`flock`) on a file, held as long as the object lives, or the process.
///
/// Each FileLock has an open file description of its own, so that it also excludes the other
/// threads of its process.
class FileLock {
public:
    enum class Mode { Shared, Exclusive };

    /// Nothing if another holds it. Opens the file for reading: a lock needs no more, and works on
    /// a store that cannot be written. Throws: IoError (NotFound if the file is missing).
    static std::optional<FileLock> try_take(const std::filesystem::path& path, Mode mode);
    /// Locks a file that is open; false if another holds it.
    static bool try_lock(const FileDescriptor& file, const std::filesystem::path& path, Mode mode);
    /// Waits for it.
    static void lock(const FileDescriptor& file, const std::filesystem::path& path, Mode mode);

private:
    explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}
    FileDescriptor file_;
};

} // namespace vitrine
