// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/checkout/moved_out.hpp"
#include "artifact/checkout/new_file.hpp"
#include "artifact/checkout/obstacle.hpp"
#include "artifact/checkout/occupant.hpp"
#include "core/file_system.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace vitrine {

/// What a checkout may replace in its target.
struct TargetRules {
    Conflict conflict = Conflict::keep;
    GivenBack* given_back = nullptr; ///< null: nothing is given back
    /// Whether two names may be swapped, where the file system can do so.
    bool may_exchange = true;
    /// Lists the names in an open folder.
    std::vector<std::string> (*list)(int folder) = names_in;
};

/// The folder that a checkout writes to. Each file below it is either complete or not there, and
/// nothing outside of the folder is written, whatever links it contains. What lies there already is
/// replaced only as ReplacementRule says.
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
        std::once_flag made_scratch;
        FileDescriptor scratch; ///< if it is in place: the folder in which its files are created
        std::once_flag made_old;
        FileDescriptor old; ///< the folder for what leaves it (MovedOut)
        std::mutex mutex;
        std::optional<std::unordered_set<std::string>> names; ///< as listed; guarded by mutex
    };
    using SubfolderPtr = std::shared_ptr<Subfolder>;

    enum class Outcome {
        Written,
        Unchanged, ///< a file with the right bytes was there
        NotWritten,
    };
    struct Result {
        Outcome outcome = Outcome::Written;
        std::optional<Obstacle> obstacle = {}; ///< of NotWritten
    };

    /// What became of what lay in the target.
    struct Losses {
        std::uint64_t replaced = 0;           ///< files, links and folders that left
        std::vector<std::string> overwritten; ///< paths that the store cannot give back
    };

    /// Creates the folder if it is missing, and sweeps what dead checkouts left in it. Throws:
    /// InvalidArgument for a folder in a store; IoError.
    explicit TargetFolder(const std::filesystem::path& root, const TargetRules& rules = {});
    TargetFolder(const TargetFolder&) = delete;
    TargetFolder& operator=(const TargetFolder&) = delete;
    /// Drops what is staged and not published.
    ~TargetFolder();

    /// Opens or creates the folder at a path below the target. Returns the obstacle if there is
    /// one. Throws: IoError.
    std::optional<Obstacle> open(const std::string& path, SubfolderPtr& opened);
    /// Looks at some names of a folder; nothing for a folder that is staged. Throws: IoError.
    std::vector<Place> look(const Subfolder& folder, std::span<const std::string* const> names);
    /// Writes one file to an open folder. Throws: IoError; what the file throws.
    Result put(Subfolder& folder, const std::string& name, NewFile& file,
               const std::optional<Place>& place = {});
    /// Writes one file to a path below the target.
    Result put(const std::string& path, NewFile& file);
    /// Removes the file at a path below the target if the store can give it back, or its loss was
    /// asked for, and then the folders around it that are empty. Returns the obstacle if it stays.
    /// Call it after the last `publish`. Throws: IoError.
    std::optional<Obstacle> remove(const std::string& path);
    /// Those of some sorted paths below the target at which something lies, under exactly this
    /// name. Throws: IoError.
    std::vector<std::string> present(const std::vector<std::string>& paths) const;

    /// Moves all staged folders into place, except one that contains the folder `unfinished`.
    /// Returns the obstacles of the files that have any, one for each file. No Subfolder may be
    /// used afterwards.
    std::vector<Obstacle> publish(std::string_view unfinished = {});

    Losses losses() const;
    /// A line for each file that a dead checkout, or this one, had moved out of the target and did
    /// not remove.
    std::vector<std::string> notes() const;

private:
    std::optional<Obstacle> open_locked(const std::string& path, SubfolderPtr& opened);
    std::optional<Obstacle> open_in(Subfolder& parent, const std::string& name, Subfolder& opened);
    std::optional<Obstacle> enter(Subfolder& parent, const std::string& name, Subfolder& opened);
    std::optional<Obstacle> make_way(Subfolder& parent, const std::string& name,
                                     const std::string& path);
    FileDescriptor stage(const std::string& path);
    Result put_in_place(Subfolder& folder, const std::string& name, NewFile& file, Place place);
    Result put_over(Subfolder& folder, const std::string& name, NewFile& file, const Place& place,
                    const Verdict& verdict);
    bool equals_new_file(Subfolder& folder, const std::string& name, NewFile& file,
                         const Place& place);
    std::string make(Subfolder& folder, NewFile& file);
    Leaving leaving(Subfolder& folder, const std::string& name, const std::string& path,
                    const Place& place, const Verdict& verdict);
    void count_lost(const std::string& path, const Verdict& verdict);
    void publish_one(const std::string& path, const std::string& staged,
                     std::vector<Obstacle>& obstacles);
    void merge(const std::string& path, const std::string& staged,
               std::vector<Obstacle>& obstacles);
    const FileDescriptor& scratch_of(Subfolder& folder);
    const FileDescriptor& old_of(Subfolder& folder);
    bool is_listed(Subfolder& folder, const std::string& name);
    FileDescriptor folder_of(const std::string& path) const;
    void remove_empty_folders(std::string path) const;
    std::string next_name();

    std::filesystem::path root_;
    TargetRules rules_;
    ReplacementRule rule_;
    std::filesystem::path staging_;
    FileDescriptor staging_folder_;
    std::optional<MovedOut> moved_out_;
    SubfolderPtr top_;
    std::vector<std::string> swept_;
    std::atomic<std::uint64_t> next_{0};
    std::mutex mutex_; ///< guards the next three
    std::unordered_map<std::string, SubfolderPtr> open_;
    /// The staged folders, by path: their names below staging_. None contains another.
    std::map<std::string, std::string, std::less<>> staged_;
    std::unordered_set<std::string> made_; ///< the paths of folders made in staged ones
    mutable std::mutex losses_mutex_;
    Losses losses_; ///< guarded by losses_mutex_
};

} // namespace vitrine
