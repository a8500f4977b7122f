// SPDX-License-Identifier: MIT
#include "artifact/folder_walk.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <dirent.h>
#include <oneapi/tbb/parallel_for.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
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

[[noreturn]] void fail(std::string_view action, const fs::path& path) {
    throw IoError(action, path, std::error_code(errno, std::generic_category()));
}

/// Lists with what the folders themselves say of their items: most file systems tell files from
/// folders there, and none of a million files is looked at.
class Lister {
public:
    Lister(const fs::path& root, std::vector<std::string>& files) : root_(root), files_(files) {}

    /// `prefix`: the path of the folder below the root, with a slash behind it.
    void list(const std::string& prefix) {
        const OpenFolder folder = open(prefix);
        enter(::dirfd(folder.get()), prefix);
        for (;;) {
            errno = 0;
            const dirent* item = ::readdir(folder.get());
            if (item == nullptr) {
                break;
            }
            const std::string_view name = item->d_name;
            if (name != "." && name != "..") {
                take(::dirfd(folder.get()), *item, prefix);
            }
        }
        if (errno != 0) {
            fail("list folder", shown(prefix));
        }
        above_.pop_back();
    }

private:
    OpenFolder open(const std::string& prefix) const {
        OpenFolder folder(::opendir(shown(prefix).c_str()));
        if (!folder) {
            fail("list folder", shown(prefix));
        }
        return folder;
    }

    void enter(int folder, const std::string& prefix) {
        struct ::stat status = {};
        if (::fstat(folder, &status) != 0) {
            fail("look at folder", shown(prefix));
        }
        const FolderIdentity identity = {status.st_dev, status.st_ino};
        if (std::ranges::find(above_, identity) != above_.end()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("folder ", quoted(shown(prefix).native()),
                               " is a link to a folder that it lies in"));
        }
        above_.push_back(identity);
    }

    void take(int folder, const dirent& item, const std::string& prefix) {
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
            path += '/';
            list(path);
        } else if (S_ISREG(type)) {
            files_.push_back(std::move(path));
        } else {
            refuse(path, " is neither a file nor a folder");
        }
    }

    [[noreturn]] void refuse(const std::string& path, const char* why) const {
        if (why == nullptr) {
            fail("look at", shown(path));
        }
        throw Error(ErrorCode::InvalidArgument, concat(quoted(shown(path).native()), why));
    }

    /// Without the slash behind a folder.
    fs::path shown(std::string_view path) const {
        return path.empty() ? root_ : root_ / path.substr(0, path.size() - path.ends_with('/'));
    }

    const fs::path& root_;
    std::vector<std::string>& files_;
    std::vector<FolderIdentity> above_;
};

} // namespace

std::vector<std::string> list_files(const fs::path& folder) {
    std::vector<std::string> files;
    Lister(folder, files).list("");
    std::ranges::sort(files);
    return files;
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
