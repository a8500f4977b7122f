// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine::test {

/// One thing that a disk was told.
struct DiskStep {
    enum class Kind {
        MakeFolder, ///< path
        CreateFile, ///< path, file
        Write,      ///< file, offset, bytes
        Truncate,   ///< file, offset: the new size
        Rename,     ///< path, to
        Link,       ///< path, to
        Remove,     ///< path: a file or an empty folder
        SyncFile,   ///< file
        SyncFolder, ///< path
        SyncAll,
    };
    Kind kind = Kind::SyncAll;
    std::filesystem::path path = {}; ///< below the root of the log; empty for the root itself
    std::filesystem::path to = {};
    std::uint64_t file = 0; ///< a file has one number, whatever its names
    std::uint64_t offset = 0;
    std::string bytes = {};
    bool of_database = false; ///< it was SQLite that said so

    bool is_sync() const noexcept {
        return kind == Kind::SyncFile || kind == Kind::SyncFolder || kind == Kind::SyncAll;
    }
};

/// All that was done to the files below a folder, in order, as PowerCutFileSystem and RecordedVfs
/// tell it. What lies there when the log begins counts as flushed. Safe to use from many threads;
/// a step and its entry here are one under `mutex`.
class DiskLog {
public:
    explicit DiskLog(std::filesystem::path root);

    std::vector<DiskStep> steps() const;
    std::size_t size() const;
    /// Flushes since step `first`, those of SQLite included.
    std::size_t syncs_since(std::size_t first) const;

    /// What whoever changes the disk holds while it does so and says so.
    std::unique_lock<std::recursive_mutex> hold() const { return std::unique_lock(mutex_); }

    // Told after it was done. Paths and files that do not lie below the root are left out.
    void make_folder(const std::filesystem::path& path);
    void create_file(int descriptor, const std::filesystem::path& path, bool of_database = false);
    void write(int descriptor, std::uint64_t offset, std::string_view bytes);
    void truncate(int descriptor, std::uint64_t size);
    void rename(const std::filesystem::path& from, const std::filesystem::path& to);
    void link(const std::filesystem::path& from, const std::filesystem::path& to);
    void remove(const std::filesystem::path& path, bool of_database = false);
    void sync_file(int descriptor);
    void sync_folder(const std::filesystem::path& path, bool of_database = false);
    void sync_all();
    /// The number of a file below the root by its path, for who has no descriptor; 0 if unknown.
    std::uint64_t number_of(const std::filesystem::path& path) const;
    void add(DiskStep step);

private:
    using Inode = std::pair<dev_t, ino_t>;

    bool relative(const std::filesystem::path& path, std::filesystem::path& below) const;
    std::uint64_t number_of(int descriptor) const;
    void begin_with(const std::filesystem::path& path);

    mutable std::recursive_mutex mutex_;
    std::filesystem::path root_;
    std::vector<DiskStep> steps_;
    std::map<Inode, std::uint64_t> numbers_;
    std::uint64_t next_number_ = 1;
};

} // namespace vitrine::test
