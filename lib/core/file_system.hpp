// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// An open file descriptor, closed when it goes out of scope.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept;
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    ~FileDescriptor();

    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }
    void close() noexcept;

private:
    int fd_ = -1;
};

/// Every change that the store makes to a disk goes through one of these, so that a test can
/// stand in a disk that is full, fails at the n-th step, or forgets what was not flushed.
///
/// All throw IoError with the path. Safe to use from many threads.
class FileSystem {
public:
    virtual ~FileSystem() = default;

    /// Makes a folder and those above it; fine where it is there.
    virtual void create_directories(const std::filesystem::path& path);
    /// Creates a new file for writing (O_EXCL, O_CLOEXEC, mode 0644 & ~umask).
    virtual FileDescriptor create_file(const std::filesystem::path& path);
    /// Opens a file for reading and for writing at its end, and makes it where it is missing.
    virtual FileDescriptor open_for_appending(const std::filesystem::path& path);
    /// Cuts a file that is open for writing to its first `size` bytes.
    virtual void truncate(const FileDescriptor& file, std::uint64_t size,
                          const std::filesystem::path& path);
    /// Writes all of `data` at the end of what was written.
    virtual void write(const FileDescriptor& file, std::span<const std::byte> data,
                       const std::filesystem::path& path);
    /// Shares the blocks of `source` with the new file `target` (FICLONE); false where the file
    /// system cannot.
    virtual bool reflink(const FileDescriptor& source, const FileDescriptor& target,
                         const std::filesystem::path& path);
    /// Replaces whatever is at `to`.
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to);
    /// A second name for a file. Fails if `to` is there.
    virtual void hard_link(const std::filesystem::path& from, const std::filesystem::path& to);
    /// Removes a file or an empty folder; false if it was not there.
    virtual bool remove(const std::filesystem::path& path);
    /// Removes a folder and all below it; fine if it is not there.
    virtual void remove_all(const std::filesystem::path& path);

    /// Flushes a file's bytes (fdatasync), a folder's names (fsync), or all of the file system
    /// that holds `path` (syncfs).
    virtual void sync_file(const FileDescriptor& file, const std::filesystem::path& path);
    virtual void sync_directory(const std::filesystem::path& path);
    virtual void sync_file_system(const std::filesystem::path& path);
};

/// The disk itself.
std::shared_ptr<FileSystem> real_file_system();

/// Writes `data` to `path` so that after a crash there is either what was there or all of it: a
/// temporary name in the same folder, flush, rename, flush of the folder. With `durable` false
/// nothing is flushed.
void write_file_atomically(FileSystem& files, const std::filesystem::path& path,
                           std::string_view data, bool durable);

/// Has the kernel begin to write what lies from `offset` on to the disk, so that a later flush has
/// less to wait for. A hint, without a promise: nothing is durable by it.
void begin_write_back(const FileDescriptor& file, std::uint64_t offset,
                      std::uint64_t size) noexcept;

/// Opens for reading (O_CLOEXEC). Throws: IoError (code NotFound if it is not there).
FileDescriptor open_for_reading(const std::filesystem::path& path);
/// Opens a folder, for calls that take one and a name in it. Throws: IoError.
FileDescriptor open_folder(const std::filesystem::path& path);
/// The size of an open file in bytes.
std::uint64_t file_size(const FileDescriptor& file, const std::filesystem::path& path);
/// Reads at `offset` until `out` is full or the file ends; returns the number of bytes. Does not
/// move the file's position, so many threads may read one file.
std::size_t read_at(const FileDescriptor& file, std::span<std::byte> out, std::uint64_t offset,
                    const std::filesystem::path& path);
/// All bytes of a file; throws InvalidFormat where there are more than `limit`.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit = UINT64_MAX);
/// All bytes of a file, or nothing if it is not there.
std::optional<std::string> try_read_file(const std::filesystem::path& path);
/// Hands the bytes of `file` from its start to `consume` in pieces, through one reused buffer.
/// Returns their number.
std::uint64_t read_in_pieces(const FileDescriptor& file, const std::filesystem::path& path,
                             const std::function<void(std::span<const std::byte>)>& consume);

/// The same for `size` bytes from `offset` on, or as many as there are.
void read_range_in_pieces(const FileDescriptor& file, std::uint64_t offset, std::uint64_t size,
                          const std::filesystem::path& path,
                          const std::function<void(std::span<const std::byte>)>& consume);

/// 16 random bytes as 32 hex digits.
std::string random_name();

/// A folder below the system's temporary folder (or `parent`), removed with all in it when it
/// goes out of scope.
class TemporaryDirectory {
public:
    explicit TemporaryDirectory(const std::filesystem::path& parent = {});
    TemporaryDirectory(TemporaryDirectory&& other) noexcept;
    TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
    ~TemporaryDirectory();

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

inline std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

} // namespace vitrine
