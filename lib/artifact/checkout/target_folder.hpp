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

/// The folder that a checkout writes to. Each file below it is either complete or not there, and
/// nothing outside of the folder is written, whatever links it contains.
///
/// To create a file under a temporary name and rename it costs twice as much as to create it. So a
/// folder that does not exist yet is staged: it is created elsewhere, filled with plain files, and
/// renamed into place as a whole by `publish`. Only in a folder that exists already is every file
/// renamed. The staging folder is ".vitrine-<32 hex digits>" inside the target. It is removed at
/// the end; it holds a kernel lock, so that the next checkout can remove one that a killed process
/// left.
///
/// All members but `publish` may be called from many threads. Two threads that fill one folder wait
/// for each other in the kernel, so give each thread folders of its own.
class TargetFolder {
public:
    /// A folder below the target, kept open while many files are put into it.
    struct Subfolder {
        std::string path; ///< below the target; "" for the target itself
        FileDescriptor folder;
        bool is_staged = false; ///< not in place yet
        bool is_ours = false;   ///< created by this object, with all that it contains
        std::once_flag made_scratch;
        FileDescriptor scratch; ///< if it is in place: the folder in which its files are created
    };
    using SubfolderPtr = std::shared_ptr<Subfolder>;

    enum class Outcome {
        Written,
        Unchanged, ///< an equal file existed
        NameTaken, ///< in a new folder: call put(path, file) when no other thread writes files
    };
    struct Result {
        Outcome outcome = Outcome::Written;
        /// Why the file cannot be written: a link or file where a folder is needed, a folder where
        /// the file is needed, or a file of this object under a name that the file system takes for
        /// the same.
        std::optional<std::string> problem = {};
    };

    /// Creates the folder if it is missing. Throws: IoError.
    explicit TargetFolder(const std::filesystem::path& root);
    TargetFolder(const TargetFolder&) = delete;
    TargetFolder& operator=(const TargetFolder&) = delete;
    /// Drops what is staged and not published.
    ~TargetFolder();

    /// Opens or creates the folder at a path below the target. Returns the problem if something
    /// else is there. Throws: IoError.
    std::optional<std::string> open(const std::string& path, SubfolderPtr& opened);
    /// Writes one file to an open folder. Throws: IoError; what the file throws.
    Result put(Subfolder& folder, const std::string& name, NewFile& file);
    /// Writes one file to a path below the target. Never returns NameTaken.
    Result put(const std::string& path, NewFile& file);

    /// Moves all staged folders into place, except one that contains the folder `unfinished`.
    /// Returns the problems of the files that have any. No Subfolder may be used afterwards.
    std::vector<std::string> publish(std::string_view unfinished = {});

private:
    std::optional<std::string> open_locked(const std::string& path, SubfolderPtr& opened);
    std::optional<std::string> open_in(const Subfolder& parent, const std::string& name,
                                       Subfolder& opened);
    FileDescriptor stage(const std::string& path);
    /// Writes one file to a folder that is in place: keeps an equal file, replaces another one.
    Result put_in_place(Subfolder& folder, const std::string& name, NewFile& file);
    void publish_one(const std::string& path, const std::string& staged,
                     std::vector<std::string>& problems);
    void merge(const std::string& path, const std::string& staged,
               std::vector<std::string>& problems);
    const FileDescriptor& scratch_of(Subfolder& folder);
    void remove_abandoned();
    bool is_ours(const Subfolder& folder, ino_t inode);
    void remember(const Subfolder& folder, const std::string& name);
    std::string next_name();

    std::filesystem::path root_;
    std::filesystem::path staging_;
    FileDescriptor staging_folder_;
    SubfolderPtr top_;
    std::atomic<std::uint64_t> next_{0};
    std::mutex mutex_; ///< guards all below
    std::unordered_map<std::string, SubfolderPtr> open_;
    /// The staged folders, by path: their names below staging_. None contains another.
    std::map<std::string, std::string, std::less<>> staged_;
    std::unordered_set<ino_t> our_files_; ///< in folders that are not ours
    std::unordered_set<ino_t> our_folders_;
};

} // namespace vitrine
