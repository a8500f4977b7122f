// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include "core/file_system.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <set>

namespace vitrine::test {

enum class FileOperation {
    CreateDirectories,
    CreateFile,
    OpenForAppending,
    Truncate,
    Write,
    Reflink,
    Rename,
    HardLink,
    Remove,
    RemoveAll,
    SyncFile,
    SyncDirectory,
    SyncFileSystem,
};

enum class Fault {
    Once,  ///< the step alone fails, with ENOSPC
    Full,  ///< it and every later one of the chosen kinds fails, with ENOSPC: the disk stays full
    Crash, ///< it and every later one of any kind fails, with EIO: the process cannot write any
           ///< more
    Die,   ///< the process ends with kDeadStatus: no destructor runs, nothing is rolled back
};

/// The exit status of a process that Fault::Die ends.
constexpr int kDeadStatus = 77;

/// A disk that counts its steps and fails at the n-th. A write that fails has written half of its
/// bytes. Safe to use from many threads.
///
///     for (std::size_t step = 0;; ++step) {
///         FaultyFileSystem files;
///         files.fail_at(step, Fault::Once);
///         ... // do it, and check what is there afterwards
///         if (!files.has_failed()) break; // there are fewer steps
///     }
class FaultyFileSystem : public FileSystem {
public:
    explicit FaultyFileSystem(std::shared_ptr<FileSystem> below = real_file_system());

    /// Makes the step with this number fail. Steps are counted from 0, from this call on, and only
    /// those of `kinds` (all kinds if empty).
    void fail_at(std::size_t step, Fault fault, std::set<FileOperation> kinds = {});
    /// Lets no more steps fail, and counts from 0 again.
    void stop_failing();

    /// The number of steps of the chosen kinds so far.
    std::size_t steps() const;
    bool has_failed() const;

    void create_directories(const std::filesystem::path& path) override;
    FileDescriptor create_file(const std::filesystem::path& path) override;
    FileDescriptor open_for_appending(const std::filesystem::path& path) override;
    void truncate(const FileDescriptor& file, std::uint64_t size,
                  const std::filesystem::path& path) override;
    void write(const FileDescriptor& file, std::span<const std::byte> data,
               const std::filesystem::path& path) override;
    bool reflink(const FileDescriptor& source, const FileDescriptor& target,
                 const std::filesystem::path& path) override;
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
    void hard_link(const std::filesystem::path& from, const std::filesystem::path& to) override;
    bool remove(const std::filesystem::path& path) override;
    void remove_all(const std::filesystem::path& path) override;
    void sync_file(const FileDescriptor& file, const std::filesystem::path& path) override;
    void sync_directory(const std::filesystem::path& path) override;
    void sync_file_system(const std::filesystem::path& path) override;

private:
    struct Outcome {
        bool fails = false;
        bool is_first = false;
    };
    Outcome next(FileOperation kind);
    void step(FileOperation kind, const std::filesystem::path& path);
    [[noreturn]] void fail(const std::filesystem::path& path) const;

    std::shared_ptr<FileSystem> below_;
    mutable std::mutex mutex_;
    bool armed_ = false;
    std::size_t failing_step_ = 0;
    Fault fault_ = Fault::Once;
    std::set<FileOperation> kinds_;
    std::size_t steps_ = 0;
    bool has_failed_ = false;
};

} // namespace vitrine::test
