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

/// One change of a disk.
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
    bool of_database = false; ///< SQLite made the change

    bool is_sync() const noexcept {
        return kind == Kind::SyncFile || kind == Kind::SyncFolder || kind == Kind::SyncAll;
    }
};

/// All changes of the files below a folder, in order, as PowerCutFileSystem and RecordedVfs report
/// them. What exists when the log begins counts as flushed. Safe to use from many threads: a change
/// is made and logged under one lock of `mutex`.
class DiskLog {
public:
    explicit DiskLog(std::filesystem::path root);

    std::vector<DiskStep> steps() const;
    std::size_t size() const;
    /// The number of flushes since step `first`, including those of SQLite.
    std::size_t syncs_since(std::size_t first) const;

    /// Locked by the caller while it makes a change and logs it.
    std::unique_lock<std::recursive_mutex> hold() const { return std::unique_lock(mutex_); }

    // Call these after the change was made. Paths and files outside the root are ignored.
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
    /// The number of the file with this path, for callers without a descriptor; 0 if unknown.
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
