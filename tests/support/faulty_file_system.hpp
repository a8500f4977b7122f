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
    Crash, ///< it and every later one of any kind fails, with EIO: the process is as good as dead
    Die,   ///< the process ends with kDeadStatus: no destructor runs, nothing is rolled back
};

/// How a process ends that meets Fault::Die.
constexpr int kDeadStatus = 77;

/// A disk, of which a test counts the steps and lets the n-th go wrong. A write that goes
/// wrong writes half of its bytes. Safe to use from many threads.
///
///     for (std::size_t step = 0;; ++step) {
///         FaultyFileSystem files;
///         files.fail_at(step, Fault::Once);
///         ... // do it, and check what is there afterwards
///         if (!files.has_failed()) break; // there are not so many steps
///     }
class FaultyFileSystem : public FileSystem {
public:
    explicit FaultyFileSystem(std::shared_ptr<FileSystem> below = real_file_system());

    /// Lets the step of this number (from 0, among the steps of `kinds` from now on; all kinds if
    /// empty) go wrong.
    void fail_at(std::size_t step, Fault fault, std::set<FileOperation> kinds = {});
    /// Lets no more steps fail, and counts from 0 again.
    void stop_failing();

    /// The steps of the chosen kinds so far.
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
