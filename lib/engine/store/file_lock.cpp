// SPDX-License-Identifier: MIT
#include "engine/store/file_lock.hpp"

#include "core/linkless.hpp"
#include "core/throw_errno.hpp"

#include <sys/file.h>

#include <cerrno>
#include <utility>

namespace vitrine {

namespace {

/// Returns false if it would have to wait; only with LOCK_NB.
bool flock_file(const FileDescriptor& file, const std::filesystem::path& path, int operation) {
    while (::flock(file.get(), operation) != 0) {
        if (errno == EWOULDBLOCK) {
            return false;
        }
        if (errno != EINTR) {
            throw_errno("lock", path);
        }
    }
    return true;
}

int operation_of(FileLock::Mode mode) {
    return mode == FileLock::Mode::Shared ? LOCK_SH : LOCK_EX;
}

} // namespace

std::optional<FileLock> FileLock::try_take(const std::filesystem::path& path, Mode mode) {
    FileDescriptor file = open_linkless(path);
    if (!try_lock(file, path, mode)) {
        return std::nullopt;
    }
    return FileLock(std::move(file));
}

bool FileLock::try_lock(const FileDescriptor& file, const std::filesystem::path& path, Mode mode) {
    return flock_file(file, path, operation_of(mode) | LOCK_NB);
}

void FileLock::lock(const FileDescriptor& file, const std::filesystem::path& path, Mode mode) {
    flock_file(file, path, operation_of(mode));
}

} // namespace vitrine
