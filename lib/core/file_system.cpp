// SPDX-License-Identifier: MIT
#include "core/file_system.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "core/throw_errno.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

void check(std::error_code error, std::string_view action, const fs::path& path) {
    if (error) {
        throw IoError(action, path, error);
    }
}

} // namespace

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
        close();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

FileDescriptor::~FileDescriptor() {
    close();
}

void FileDescriptor::close() noexcept {
    if (fd_ >= 0) {
        // What close reports about bytes is only reliable after a flush, which reports it itself.
        ::close(std::exchange(fd_, -1));
    }
}

FileDescriptor open_folder(const fs::path& path) {
    FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) {
        throw_errno("open folder", path);
    }
    return folder;
}

void FileSystem::create_directories(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    check(error, "create folder", path);
}

FileDescriptor FileSystem::create_file(const fs::path& path) {
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file) {
        throw_errno("create", path);
    }
    return file;
}

FileDescriptor FileSystem::open_for_appending(const fs::path& path) {
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!file) {
        throw_errno("open", path);
    }
    return file;
}

void FileSystem::truncate(const FileDescriptor& file, std::uint64_t size, const fs::path& path) {
    while (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
        if (errno != EINTR) {
            throw_errno("cut", path);
        }
    }
}

void FileSystem::write(const FileDescriptor& file, std::span<const std::byte> data,
                       const fs::path& path) {
    while (!data.empty()) {
        const ssize_t written = ::write(file.get(), data.data(), data.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            throw_errno("write", path);
        }
        data = data.subspan(static_cast<std::size_t>(written));
    }
}

bool FileSystem::reflink(const FileDescriptor& source, const FileDescriptor& target,
                         const fs::path& path) {
    if (::ioctl(target.get(), FICLONE, source.get()) == 0) {
        return true;
    }
    switch (errno) {
    case EOPNOTSUPP:
    case ENOTTY:
    case ENOSYS:
    case EXDEV:
    case EINVAL:
    case EPERM:
        return false;
    default:
        throw_errno("share blocks with", path);
    }
}

void FileSystem::rename(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        const std::error_code error(errno, std::generic_category());
        throw IoError(concat("rename ", quoted(from.native()), " to"), to, error);
    }
}

void FileSystem::hard_link(const fs::path& from, const fs::path& to) {
    if (::link(from.c_str(), to.c_str()) != 0) {
        throw_errno("make hard link", to);
    }
}

bool FileSystem::remove(const fs::path& path) {
    std::error_code error;
    const bool removed = fs::remove(path, error);
    check(error, "remove", path);
    return removed;
}

void FileSystem::remove_all(const fs::path& path) {
    std::error_code error;
    fs::remove_all(path, error);
    check(error, "remove folder", path);
}

void FileSystem::sync_file(const FileDescriptor& file, const fs::path& path) {
    if (::fdatasync(file.get()) != 0) {
        throw_errno("flush", path);
    }
}

void FileSystem::sync_directory(const fs::path& path) {
    // Some network file systems refuse to flush a folder at all; they write names at once.
    if (::fsync(open_folder(path).get()) != 0 && errno != EINVAL) {
        throw_errno("flush folder", path);
    }
}

void FileSystem::sync_file_system(const fs::path& path) {
    if (::syncfs(open_folder(path).get()) != 0) {
        throw_errno("flush file system of", path);
    }
}

void begin_write_back([[maybe_unused]] const FileDescriptor& file,
                      [[maybe_unused]] std::uint64_t offset,
                      [[maybe_unused]] std::uint64_t size) noexcept {
#ifdef SYNC_FILE_RANGE_WRITE
    // An error of the disk is kept for the flush that follows.
    ::sync_file_range(file.get(), static_cast<off64_t>(offset), static_cast<off64_t>(size),
                      SYNC_FILE_RANGE_WRITE);
#endif
}

std::shared_ptr<FileSystem> real_file_system() {
    return std::make_shared<FileSystem>();
}

namespace {

void write_new_file(FileSystem& files, const fs::path& path, std::string_view data, bool durable) {
    const FileDescriptor file = files.create_file(path);
    files.write(file, as_bytes(data), path);
    if (durable) {
        files.sync_file(file, path);
    }
}

/// Removes what a failed write left, while its error propagates.
void remove_untracked_file(FileSystem& files, const fs::path& path, Error& error) {
    try {
        files.remove(path);
    } catch (const Error& second) {
        error.add_context(std::string("left behind a temporary file (") + second.what() + ")");
    }
}

} // namespace

void write_file_atomically(FileSystem& files, const fs::path& path, std::string_view data,
                           bool durable) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const fs::path temporary = folder / ("." + random_name() + ".tmp");
    try {
        write_new_file(files, temporary, data, durable);
        files.rename(temporary, path);
    } catch (Error& error) {
        remove_untracked_file(files, temporary, error);
        throw;
    }
    if (durable) {
        files.sync_directory(folder);
    }
}

} // namespace vitrine
