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

/// All changes that the store makes on a disk. Tests replace it to simulate a disk that is full,
/// fails at the n-th step, or loses what was not flushed.
///
/// Safe to use from many threads. Throws: IoError with the path, from every member.
class FileSystem {
public:
    virtual ~FileSystem() = default;

    /// Creates a folder and its parents. Does nothing if it exists.
    virtual void create_directories(const std::filesystem::path& path);
    /// Creates a new file for writing (O_EXCL, O_CLOEXEC, mode 0644 & ~umask).
    virtual FileDescriptor create_file(const std::filesystem::path& path);
    /// Opens a file for reading and for appending. Creates it if it does not exist.
    virtual FileDescriptor open_for_appending(const std::filesystem::path& path);
    /// Truncates a file that is open for writing to its first `size` bytes.
    virtual void truncate(const FileDescriptor& file, std::uint64_t size,
                          const std::filesystem::path& path);
    /// Writes all of `data` at the current position.
    virtual void write(const FileDescriptor& file, std::span<const std::byte> data,
                       const std::filesystem::path& path);
    /// Makes `target`, a new file, share the blocks of `source` (FICLONE). Returns false if the
    /// file system cannot do that.
    virtual bool reflink(const FileDescriptor& source, const FileDescriptor& target,
                         const std::filesystem::path& path);
    /// Renames a file and replaces a file at `to`.
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to);
    /// Gives a file a second name. Fails if `to` exists.
    virtual void hard_link(const std::filesystem::path& from, const std::filesystem::path& to);
    /// Removes a file or an empty folder. Returns false if it did not exist.
    virtual bool remove(const std::filesystem::path& path);
    /// Removes a folder and everything in it. Does nothing if it does not exist.
    virtual void remove_all(const std::filesystem::path& path);

    /// Flushes a file's bytes (fdatasync), a folder's names (fsync), or all of the file system
    /// that holds `path` (syncfs).
    virtual void sync_file(const FileDescriptor& file, const std::filesystem::path& path);
    virtual void sync_directory(const std::filesystem::path& path);
    virtual void sync_file_system(const std::filesystem::path& path);
};

/// The real disk.
std::shared_ptr<FileSystem> real_file_system();

/// Writes `data` to `path`. After a crash the file has either its old contents or all of the new:
/// writes to a temporary name in the same folder, flushes, renames, and flushes the folder. Does
/// not flush unless `durable` is set. Throws: IoError.
void write_file_atomically(FileSystem& files, const std::filesystem::path& path,
                           std::string_view data, bool durable);

/// Asks the kernel to start writing a part of the file to the disk, so that a later flush waits
/// less. Only a hint: it makes nothing durable.
void begin_write_back(const FileDescriptor& file, std::uint64_t offset,
                      std::uint64_t size) noexcept;

/// Opens a file for reading (O_CLOEXEC). Throws: IoError, with the code NotFound if there is no
/// file.
FileDescriptor open_for_reading(const std::filesystem::path& path);
/// Opens a folder, for system calls with names relative to it. Throws: IoError.
FileDescriptor open_folder(const std::filesystem::path& path);
/// The size of an open file in bytes. Throws: IoError.
std::uint64_t file_size(const FileDescriptor& file, const std::filesystem::path& path);
/// Reads at `offset` until `out` is full or the file ends. Returns the number of bytes. Does not
/// move the file's position, so that many threads can read one file. Throws: IoError.
std::size_t read_at(const FileDescriptor& file, std::span<std::byte> out, std::uint64_t offset,
                    const std::filesystem::path& path);
/// Reads all bytes of a file. Throws: IoError; InvalidFormat if there are more than `limit`.
std::string read_file(const std::filesystem::path& path, std::uint64_t limit = UINT64_MAX);
/// Reads all bytes of an open file, whatever its position. Throws: as above.
std::string read_file(const FileDescriptor& file, const std::filesystem::path& path,
                      std::uint64_t limit = UINT64_MAX);
/// Reads all bytes of a file; returns nothing if it does not exist. Throws: IoError.
std::optional<std::string> try_read_file(const std::filesystem::path& path);
/// Passes all bytes of `file` to `consume`, in pieces that share one buffer. Returns their number.
/// Throws: IoError.
std::uint64_t read_in_pieces(const FileDescriptor& file, const std::filesystem::path& path,
                             const std::function<void(std::span<const std::byte>)>& consume);

/// The same for at most `size` bytes from `offset` on.
void read_range_in_pieces(const FileDescriptor& file, std::uint64_t offset, std::uint64_t size,
                          const std::filesystem::path& path,
                          const std::function<void(std::span<const std::byte>)>& consume);

/// 16 random bytes as 32 hex digits.
std::string random_name();

/// A new folder in the system's temporary folder (or in `parent`). The destructor removes it and
/// everything in it.
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
