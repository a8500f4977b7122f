// SPDX-License-Identifier: MIT
#include "artifact/content/folder_walk.hpp"

#include <vitrine/core/error.hpp>

#include "core/parallel.hpp"
#include "core/store_folder.hpp"
#include "core/text.hpp"
#include "core/throw_errno.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// Identifies a folder, by whatever path it was reached.
using FolderIdentity = std::pair<dev_t, ino_t>;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};
using OpenFolder = std::unique_ptr<DIR, CloseFolder>;

/// A folder and the folders that contain it.
struct Above {
    FolderIdentity folder;
    const Above* above = nullptr;

    bool contains(const FolderIdentity& wanted) const {
        return folder == wanted || (above != nullptr && above->contains(wanted));
    }
};

/// Lists files with several threads, a folder at a time each. Most file systems return the type of
/// an item with its name (d_type), so that no file needs a stat call of its own.
class FileLister {
public:
    explicit FileLister(const fs::path& root) : root_(root) {}

    /// `prefix`: the path of the folder below the root, with a slash at its end; "" for the root.
    void list(const std::string& prefix, const Above* above) {
        Items items;
        const Above here{read(prefix, above, items), above};
        if (items.is_store()) {
            leave_out(prefix);
            return;
        }
        parallel_for(items.folders.size(), [&](std::size_t i) { list(items.folders[i], &here); });
        const std::lock_guard lock(mutex_);
        std::ranges::move(items.files, std::back_inserter(files_));
    }

    ListedFiles sorted() && {
        parallel_sort(files_.begin(), files_.end(), std::less<>());
        std::ranges::sort(left_out_);
        return {std::move(files_), std::move(left_out_)};
    }

private:
    struct Items {
        std::vector<std::string> files;
        std::vector<std::string> folders; ///< each with a slash at its end
        bool has_settings = false;
        bool has_catalog = false;

        bool is_store() const { return has_settings && has_catalog; }
    };

    void leave_out(const std::string& folder) {
        const std::lock_guard lock(mutex_);
        left_out_.push_back(folder.substr(0, folder.size() - 1));
    }

    FolderIdentity read(const std::string& prefix, const Above* above, Items& items) {
        const OpenFolder folder = open(prefix);
        const FolderIdentity identity = identify(::dirfd(folder.get()), prefix, above);
        for (;;) {
            errno = 0;
            const dirent* item = ::readdir(folder.get());
            if (item == nullptr) {
                break;
            }
            const std::string_view name = item->d_name;
            items.has_settings = items.has_settings || name == kStoreSettings;
            items.has_catalog = items.has_catalog || name == kStoreCatalog;
            if (name != "." && name != "..") {
                take(::dirfd(folder.get()), *item, prefix, items);
            }
        }
        if (errno != 0) {
            throw_errno("list folder", shown(prefix));
        }
        return identity;
    }

    OpenFolder open(const std::string& prefix) const {
        OpenFolder folder(::opendir(shown(prefix).c_str()));
        if (!folder) {
            throw_errno("list folder", shown(prefix));
        }
        return folder;
    }

    FolderIdentity identify(int folder, const std::string& prefix, const Above* above) const {
        struct ::stat status = {};
        if (::fstat(folder, &status) != 0) {
            throw_errno("look at folder", shown(prefix));
        }
        const FolderIdentity identity = {status.st_dev, status.st_ino};
        if (above != nullptr && above->contains(identity)) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("folder ", quoted(shown(prefix).native()),
                               " is a link to a folder that contains it"));
        }
        return identity;
    }

    void take(int folder, const dirent& item, const std::string& prefix, Items& items) {
        std::string path = prefix + item.d_name;
        mode_t type = DTTOIF(item.d_type);
        const bool may_be_link = !S_ISREG(type) && !S_ISDIR(type);
        if (may_be_link) {
            // A link is followed. Some file systems return no type.
            struct ::stat status = {};
            if (::fstatat(folder, item.d_name, &status, 0) != 0) {
                refuse(path, errno == ENOENT ? " is a link to nothing" : nullptr);
            }
            type = status.st_mode;
        }
        if (S_ISDIR(type) && may_be_link && store_around(root_ / path)) {
            leave_out(path + '/');
        } else if (S_ISDIR(type)) {
            items.folders.push_back(std::move(path += '/'));
        } else if (S_ISREG(type)) {
            items.files.push_back(std::move(path));
        } else {
            refuse(path, " is neither a file nor a folder");
        }
    }

    [[noreturn]] void refuse(const std::string& path, const char* why) const {
        if (why == nullptr) {
            throw_errno("look at", shown(path));
        }
        throw Error(ErrorCode::InvalidArgument, concat(quoted(shown(path).native()), why));
    }

    /// The path for messages, without a folder's slash.
    fs::path shown(std::string_view path) const {
        return path.empty() ? root_ : root_ / path.substr(0, path.size() - path.ends_with('/'));
    }

    const fs::path& root_;
    std::mutex mutex_;
    std::vector<std::string> files_;
    std::vector<std::string> left_out_; ///< both guarded by mutex_
};

} // namespace

ListedFiles list_files(const fs::path& folder) {
    refuse_store(folder);
    FileLister lister(folder);
    lister.list("", nullptr);
    return std::move(lister).sorted();
}

} // namespace vitrine
