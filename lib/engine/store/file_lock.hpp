// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <filesystem>
#include <optional>

namespace vitrine {

/// A kernel lock (`flock`) on a file. It is released by the destructor, or when the process ends.
///
/// Each FileLock has an open file description of its own, so it also excludes other threads of its
/// process.
class FileLock {
public:
    enum class Mode { Shared, Exclusive };

    /// Returns nothing if another holder has the lock. Opens the file for reading only, so it works
    /// on a store that cannot be written to. Throws: IoError (NotFound if the file is missing).
    static std::optional<FileLock> try_take(const std::filesystem::path& path, Mode mode);
    /// Locks an open file; returns false if another holder has the lock. Throws: IoError.
    static bool try_lock(const FileDescriptor& file, const std::filesystem::path& path, Mode mode);
    /// Locks an open file, and waits for other holders. Throws: IoError.
    static void lock(const FileDescriptor& file, const std::filesystem::path& path, Mode mode);

private:
    explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}
    FileDescriptor file_;
};

} // namespace vitrine
