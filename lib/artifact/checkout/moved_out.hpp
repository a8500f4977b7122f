// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/checkout/occupant.hpp"
#include "core/file_system.hpp"

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace vitrine {

/// What is to leave its place in the target, as it was looked at.
struct Leaving {
    int folder;              ///< in which it lies
    int old_folder;          ///< what MovedOut::open returned for that folder
    const std::string& name; ///< in both
    const std::string& path; ///< below the target
    const struct ::stat& status;
    const std::vector<TreeItem>& tree; ///< of a folder: what lies in it
};

/// The folder `old` of a checkout's staging folder. What leaves the target is moved there first,
/// under its own path below the target, and is removed only if it still is what was looked at;
/// otherwise it goes back. So nothing that was not looked at is destroyed, and where the process is
/// killed between these steps, the next checkout knows where it belongs.
///
/// Safe to use from many threads.
class MovedOut {
public:
    static constexpr const char* kFolder = "old";

    /// `staging` must live as long as this object. Without `can_exchange` no two names are ever
    /// swapped, as on a file system that cannot do so.
    MovedOut(std::filesystem::path staging_path, const FileDescriptor& staging, bool can_exchange)
        : staging_path_(std::move(staging_path)), staging_(staging), can_exchange_(can_exchange) {}

    /// Opens or creates the folder for what leaves the folder at a path below the target.
    /// Throws: IoError.
    FileDescriptor open(const std::string& path) const;

    /// Puts a new file, `made` in the folder `scratch`, into the place of what leaves. Returns
    /// false if that has changed since it was looked at: then it stays, and the new file is gone.
    /// Throws: IoError.
    bool replace(int scratch, const std::string& made, const Leaving& leaving);
    /// Removes what leaves. Returns false if it has changed: then it stays. Throws: IoError.
    bool remove(const Leaving& leaving);

    /// The paths of what could not go back, because its place was taken meanwhile. It is still in
    /// this folder.
    std::vector<std::string> not_put_back() const;

private:
    enum class Swap { Done, Changed, Unknown };

    Swap exchange(int scratch, const std::string& made, const Leaving& leaving);
    bool replace_in_two_steps(int scratch, const std::string& made, const Leaving& leaving);
    void put_back(const Leaving& leaving);
    void destroy(const Leaving& leaving) const;
    void note(const std::string& path);

    std::filesystem::path staging_path_;
    const FileDescriptor& staging_;
    std::atomic<bool> can_exchange_;
    mutable std::mutex mutex_;
    std::vector<std::string> not_put_back_; ///< guarded by mutex_
};

/// Opens the folder at a path below an open one; follows no link. With `creates`, creates what is
/// missing. The result is empty, with errno set, if there is no such folder.
FileDescriptor open_folder_below(int folder, const std::string& path, bool creates);

} // namespace vitrine
