// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/checkout/new_file.hpp"
#include "core/file_system.hpp"

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace vitrine {

/// A folder that files are laid out in, at places below it, each either whole or not there.
/// Nothing outside of it is written, whatever links lie in it already.
///
/// Creating a file under another name and renaming it costs twice as much as creating it. So a
/// folder that is not there yet is made aside, filled with plain files, and renamed into place as
/// a whole by `publish`; only in a folder that is there already does each file get a rename of
/// its own. Aside means in ".vitrine-<random>" inside, which holds a kernel lock and goes away at
/// the end; one that a killed process left is removed by the next.
///
/// All but `publish` may be called from many threads; two that fill one folder wait for each other
/// in the kernel, so give each thread folders of its own.
class TargetFolder {
public:
    /// A folder below the target, kept open while many files are put into it.
    struct Subfolder {
        std::string place; ///< "" for the target itself
        FileDescriptor folder;
        bool is_aside = false; ///< not in place yet
        bool is_ours = false;  ///< made here: all in it is too
        std::once_flag made_scratch;
        FileDescriptor scratch; ///< where its files are made if it is in place
    };
    using SubfolderPtr = std::shared_ptr<Subfolder>;

    /// What became of a file.
    enum class Outcome {
        Made,
        Kept,  ///< the one that was there may stay
        Taken, ///< a name is taken that should be free; to be settled when nobody else writes
    };
    struct Result {
        Outcome outcome = Outcome::Made;
        /// Why nothing could be laid out there: a link or a file in the way of a folder, a folder
        /// in the way, a file of this object under a name that the file system takes for the same.
        std::optional<std::string> problem = {};
    };

    /// Makes the folder where it is missing. Throws: IoError.
    explicit TargetFolder(const std::filesystem::path& root);
    TargetFolder(const TargetFolder&) = delete;
    TargetFolder& operator=(const TargetFolder&) = delete;
    /// What was not published is lost.
    ~TargetFolder();

    /// Opens or makes the folder at a place. Gives the problem if one is in the way.
    std::optional<std::string> open(const std::string& place, SubfolderPtr& opened);
    /// Lays out one file in it. Throws: IoError; what the file throws.
    Result put(Subfolder& folder, const std::string& name, NewFile& file);
    /// The same for one that was Taken, when no other file is being laid out.
    Result settle(Subfolder& folder, const std::string& name, NewFile& file);
    /// All of these for one file at a place.
    Result put(const std::string& place, NewFile& file);

    /// Brings all folders that were made aside into place, but the one with the place `but` in it.
    /// Gives the problem of each file that has none. Nobody may use an open Subfolder any more.
    std::vector<std::string> publish(std::string_view but = {});

private:
    std::optional<std::string> open_locked(const std::string& place, SubfolderPtr& opened);
    std::optional<std::string> open_in(const Subfolder& parent, const std::string& name,
                                       Subfolder& opened);
    FileDescriptor make_aside(const std::string& place);
    void publish_one(const std::string& place, const std::string& aside,
                     std::vector<std::string>& problems);
    void merge(const std::string& place, const std::string& aside,
               std::vector<std::string>& problems);
    const FileDescriptor& scratch_of(Subfolder& folder);
    void remove_untracked();
    bool is_ours(const Subfolder& folder, ino_t inode);
    void remember(const Subfolder& folder, const std::string& name);
    std::string next_name();

    std::filesystem::path root_;
    std::filesystem::path making_;
    FileDescriptor making_folder_;
    SubfolderPtr top_;
    std::atomic<std::uint64_t> next_{0};
    std::mutex mutex_; ///< guards all below
    std::unordered_map<std::string, SubfolderPtr> open_;
    /// The folders made aside, by place: their names below making_. None lies in another.
    std::map<std::string, std::string, std::less<>> aside_;
    std::unordered_set<ino_t> our_files_; ///< in folders that are not ours
    std::unordered_set<ino_t> our_folders_;
};

} // namespace vitrine
