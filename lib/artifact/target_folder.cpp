// SPDX-License-Identifier: MIT
#include "artifact/target_folder.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMakingPrefix = ".vitrine-";

[[noreturn]] void fail(std::string_view action, const fs::path& path) {
    const std::error_code error(errno, std::generic_category());
    throw IoError(action, path, error);
}

FileDescriptor open_directory_at(int folder, const char* name) {
    return FileDescriptor(::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// Moves a new file to a place that must be free; false if it is not.
bool rename_to_free(const fs::path& from, int folder, const std::string& name) {
    if (::renameat2(AT_FDCWD, from.c_str(), folder, name.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (errno == EEXIST) {
        return false;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        fail("rename to", name);
    }
    // This file system cannot refuse to replace: a second name can.
    if (::linkat(AT_FDCWD, from.c_str(), folder, name.c_str(), 0) == 0) {
        ::unlink(from.c_str());
        return true;
    }
    if (errno == EEXIST) {
        return false;
    }
    if (::renameat(AT_FDCWD, from.c_str(), folder, name.c_str()) != 0) {
        fail("rename to", name);
    }
    return true;
}

} // namespace

TargetFolder::TargetFolder(const fs::path& root) : root_(root) {
    FileSystem().create_directories(root_);
    folder_ = FileDescriptor(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder_) {
        fail("open folder", root_);
    }
    remove_leftovers();
    making_ = root_ / concat(kMakingPrefix, random_name());
    if (::mkdir(making_.c_str(), 0700) != 0) {
        fail("create folder", making_);
    }
    making_folder_ = open_directory_at(folder_.get(), making_.filename().c_str());
    if (!making_folder_ || ::flock(making_folder_.get(), LOCK_EX | LOCK_NB) != 0) {
        fail("lock folder", making_);
    }
}

TargetFolder::~TargetFolder() {
    std::error_code ignored; // A leftover does no harm: the next checkout removes it.
    fs::remove_all(making_, ignored);
}

void TargetFolder::remove_leftovers() {
    std::vector<fs::path> leftovers;
    for (const auto& item : fs::directory_iterator(root_)) {
        const std::string name = item.path().filename().native();
        if (!name.starts_with(kMakingPrefix) || name.size() != kMakingPrefix.size() + 32) {
            continue;
        }
        const FileDescriptor folder = open_directory_at(folder_.get(), name.c_str());
        if (folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) {
            leftovers.push_back(item.path());
        }
    }
    for (const fs::path& leftover : leftovers) {
        FileSystem().remove_all(leftover);
    }
}

std::optional<std::string> TargetFolder::open_folder(std::string_view folder,
                                                     FileDescriptor& opened) {
    FileDescriptor at(::dup(folder_.get()));
    std::string so_far;
    while (!folder.empty()) {
        const std::size_t slash = std::min(folder.find('/'), folder.size());
        const std::string name(folder.substr(0, slash));
        folder.remove_prefix(std::min(slash + 1, folder.size()));
        so_far += so_far.empty() ? name : "/" + name;
        if (::mkdirat(at.get(), name.c_str(), 0777) != 0 && errno != EEXIST) {
            fail("create folder", root_ / so_far);
        }
        FileDescriptor next = open_directory_at(at.get(), name.c_str());
        if (!next && (errno == ELOOP || errno == ENOTDIR)) {
            return concat(quoted(so_far), " lies there and is no folder");
        }
        if (!next) {
            fail("open folder", root_ / so_far);
        }
        at = std::move(next);
    }
    opened = std::move(at);
    return std::nullopt;
}

bool TargetFolder::is_ours(ino_t inode) {
    const std::lock_guard lock(mutex_);
    return ours_.contains(inode);
}

void TargetFolder::remember(const FileDescriptor& folder, const std::string& name) {
    struct ::stat status = {};
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        const std::lock_guard lock(mutex_);
        ours_.insert(status.st_ino);
    }
}

std::optional<std::string>
TargetFolder::put(const std::string& place,
                  const std::function<bool(const FileDescriptor&)>& is_equal,
                  const std::function<void(const fs::path&)>& make) {
    const std::size_t slash = place.rfind('/');
    const std::string_view folder =
        slash == std::string::npos ? std::string_view() : std::string_view(place).substr(0, slash);
    FileDescriptor opened;
    if (auto problem = open_folder(folder, opened)) {
        return problem;
    }
    return put_into(opened, place, slash == std::string::npos ? place : place.substr(slash + 1),
                    is_equal, make);
}

std::optional<std::string>
TargetFolder::put_into(const FileDescriptor& folder, const std::string& place,
                       const std::string& name,
                       const std::function<bool(const FileDescriptor&)>& is_equal,
                       const std::function<void(const fs::path&)>& make) {
    struct ::stat status = {};
    const bool is_there = ::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (is_there && S_ISDIR(status.st_mode)) {
        return concat(quoted(place), " lies there and is a folder");
    }
    if (is_there && S_ISREG(status.st_mode)) {
        const FileDescriptor file(
            ::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (file && is_equal(file)) {
            remember(folder, name);
            return std::nullopt;
        }
        if (is_ours(status.st_ino)) {
            return concat("this file system takes the name of ", quoted(place),
                          " for that of another file laid out here");
        }
    }
    const fs::path made = making_ / random_name();
    make(made);
    if (is_there) {
        // What was there before, a link too, is replaced in one step.
        if (::renameat(AT_FDCWD, made.c_str(), folder.get(), name.c_str()) != 0) {
            fail("rename to", root_ / place);
        }
    } else if (!rename_to_free(made, folder.get(), name)) {
        // Another thread was first, by a name that the file system takes for the same.
        ::unlink(made.c_str());
        return put_into(folder, place, name, is_equal, make);
    }
    remember(folder, name);
    return std::nullopt;
}

} // namespace vitrine
