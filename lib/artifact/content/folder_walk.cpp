// SPDX-License-Identifier: MIT
#include "artifact/content/folder_walk.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "core/throw_errno.hpp"

#include <dirent.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_sort.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// What tells one folder from another, whatever it is called.
using FolderIdentity = std::pair<dev_t, ino_t>;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};
using OpenFolder = std::unique_ptr<DIR, CloseFolder>;

/// The folders that a folder lies in.
struct Above {
    FolderIdentity folder;
    const Above* above = nullptr;

    bool holds(const FolderIdentity& wanted) const {
        return folder == wanted || (above != nullptr && above->holds(wanted));
    }
};

/// Lists with what the folders themselves say of their items: most file systems tell files from
/// folders there, and none of a million files is looked at. Several folders at a time.
class Lister {
public:
    explicit Lister(const fs::path& root) : root_(root) {}

    /// `prefix`: the path of the folder below the root, with a slash behind it.
    void list(const std::string& prefix, const Above* above) {
        Items items;
        const Above here{read(prefix, above, items), above};
        oneapi::tbb::parallel_for(std::size_t{0}, items.folders.size(),
                                  [&](std::size_t i) { list(items.folders[i], &here); });
        const std::lock_guard lock(mutex_);
        std::ranges::move(items.files, std::back_inserter(files_));
    }

    std::vector<std::string> sorted() && {
        oneapi::tbb::parallel_sort(files_.begin(), files_.end());
        return std::move(files_);
    }

private:
    struct Items {
        std::vector<std::string> files;
        std::vector<std::string> folders; ///< with a slash behind each
    };

    FolderIdentity read(const std::string& prefix, const Above* above, Items& items) const {
        const OpenFolder folder = open(prefix);
        const FolderIdentity identity = identify(::dirfd(folder.get()), prefix, above);
        for (;;) {
            errno = 0;
            const dirent* item = ::readdir(folder.get());
            if (item == nullptr) {
                break;
            }
            const std::string_view name = item->d_name;
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
        if (above != nullptr && above->holds(identity)) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("folder ", quoted(shown(prefix).native()),
                               " is a link to a folder that it lies in"));
        }
        return identity;
    }

    void take(int folder, const dirent& item, const std::string& prefix, Items& items) const {
        std::string path = prefix + item.d_name;
        mode_t type = DTTOIF(item.d_type);
        if (!S_ISREG(type) && !S_ISDIR(type)) {
            // A link is followed; some file systems say nothing.
            struct ::stat status = {};
            if (::fstatat(folder, item.d_name, &status, 0) != 0) {
                refuse(path, errno == ENOENT ? " is a link to nothing" : nullptr);
            }
            type = status.st_mode;
        }
        if (S_ISDIR(type)) {
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

    /// Without the slash behind a folder.
    fs::path shown(std::string_view path) const {
        return path.empty() ? root_ : root_ / path.substr(0, path.size() - path.ends_with('/'));
    }

    const fs::path& root_;
    std::mutex mutex_;
    std::vector<std::string> files_;
};

} // namespace

std::vector<std::string> list_files(const fs::path& folder) {
    Lister lister(folder);
    lister.list("", nullptr);
    return std::move(lister).sorted();
}

Manifest hash_folder(const fs::path& folder) {
    std::vector<std::string> files;
    for (auto item = fs::recursive_directory_iterator(folder);
         item != fs::recursive_directory_iterator(); ++item) {
        if (fs::is_regular_file(item->symlink_status())) {
            files.push_back(item->path().lexically_relative(folder).native());
        }
    }
    std::vector<std::optional<Entry>> found(files.size());
    oneapi::tbb::parallel_for(std::size_t{0}, files.size(), [&](std::size_t i) {
        const Digests digests = digests_of_file(folder / files[i]);
        found[i] = Entry{
            .path = EntryPath(files[i]), .digest = digests.md5.base64(), .size = digests.size};
    });
    std::vector<Entry> entries;
    entries.reserve(files.size());
    for (std::optional<Entry>& entry : found) {
        entries.push_back(std::move(entry).value());
    }
    return Manifest(std::move(entries));
}

} // namespace vitrine
