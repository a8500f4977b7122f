// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace vitrine {

/// A folder that files are laid out in, at places below it, each either whole or not there.
/// Nothing outside of it is written, whatever links lie in it already. Safe to use from many
/// threads.
///
/// Files are made in a folder of their own inside, ".vitrine-<random>", which holds a kernel lock
/// and goes away at the end; one that a killed process left is removed by the next.
class TargetFolder {
public:
    /// Makes the folder where it is missing. Throws: IoError.
    explicit TargetFolder(const std::filesystem::path& root);
    TargetFolder(const TargetFolder&) = delete;
    TargetFolder& operator=(const TargetFolder&) = delete;
    ~TargetFolder();

    /// Lays out one file. `is_equal` says whether the file that lies there already, open for
    /// reading, may stay. `make` makes the new file at a path that is free.
    /// Gives the reason why nothing could be laid out there: a link or a file in the way of a
    /// folder, a folder in the way, a file of this object under a name that the file system takes
    /// for the same.
    std::optional<std::string> put(const std::string& place,
                                   const std::function<bool(const FileDescriptor&)>& is_equal,
                                   const std::function<void(const std::filesystem::path&)>& make);

private:
    std::optional<std::string> open_folder(std::string_view folder, FileDescriptor& opened);
    std::optional<std::string>
    put_into(const FileDescriptor& folder, const std::string& place, const std::string& name,
             const std::function<bool(const FileDescriptor&)>& is_equal,
             const std::function<void(const std::filesystem::path&)>& make);
    void remove_leftovers();
    bool is_ours(ino_t inode);
    void remember(const FileDescriptor& folder, const std::string& name);

    std::filesystem::path root_;
    FileDescriptor folder_;
    std::filesystem::path making_;
    FileDescriptor making_folder_;
    std::mutex mutex_;
    std::unordered_set<ino_t> ours_; ///< guarded by mutex_
};

} // namespace vitrine
