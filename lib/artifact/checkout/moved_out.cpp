// SPDX-License-Identifier: MIT
#include "artifact/checkout/moved_out.hpp"

#include "artifact/checkout/moved_file.hpp"
#include "core/text.hpp"
#include "core/throw_errno.hpp"
#include "reference/uri.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace vitrine {

namespace {

/// Whether what was moved out is what was looked at.
bool is_as_looked_at(const Leaving& leaving) {
    struct ::stat status = {};
    if (::fstatat(leaving.old_folder, leaving.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !is_unchanged(leaving.status, status)) {
        return false;
    }
    return !S_ISDIR(status.st_mode) ||
           std::ranges::equal(list_tree(leaving.old_folder, leaving.name), leaving.tree,
                              [](const TreeItem& a, const TreeItem& b) {
                                  return a.path == b.path && is_unchanged(a.status, b.status);
                              });
}

ino_t inode_at(int folder, const std::string& name) {
    struct ::stat status = {};
    return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_ino : 0;
}

bool is_there(int folder, const std::string& name) {
    struct ::stat status = {};
    return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

} // namespace

FileDescriptor open_folder_below(int folder, const std::string& path, bool creates) {
    FileDescriptor open(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (std::size_t begin = 0; open && begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string name = path.substr(begin, end - begin);
        if (creates && ::mkdirat(open.get(), name.c_str(), 0777) != 0 && errno != EEXIST) {
            return {};
        }
        open = FileDescriptor(
            ::openat(open.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        begin = end + 1;
    }
    return open;
}

FileDescriptor MovedOut::open(const std::string& path) const {
    FileDescriptor folder = open_folder_below(staging_.get(), join_path(kFolder, path), true);
    if (!folder) {
        throw_errno("create folder", staging_path_ / kFolder / path);
    }
    return folder;
}

bool MovedOut::replace(int scratch, const std::string& made, const Leaving& leaving) {
    if (can_exchange_) {
        const Swap swap = exchange(scratch, made, leaving);
        if (swap != Swap::Unknown) {
            return swap == Swap::Done;
        }
        can_exchange_ = false;
    }
    return replace_in_two_steps(scratch, made, leaving);
}

/// The new file waits under the name of the old one, so that what comes out has its name.
MovedOut::Swap MovedOut::exchange(int scratch, const std::string& made, const Leaving& leaving) {
    const char* name = leaving.name.c_str();
    const ino_t inode = inode_at(scratch, made);
    if (!rename_to_free(scratch, made, leaving.old_folder, leaving.name)) {
        ::unlinkat(scratch, made.c_str(), 0);
        return Swap::Changed; // Something that could not go back lies there.
    }
    if (::renameat2(leaving.old_folder, name, leaving.folder, name, RENAME_EXCHANGE) != 0) {
        const int error = errno;
        if (error == EINVAL || error == ENOSYS || error == EOPNOTSUPP) {
            rename_to_free(leaving.old_folder, leaving.name, scratch, made);
            return Swap::Unknown;
        }
        ::unlinkat(leaving.old_folder, name, 0);
        if (error == ENOENT || error == EBUSY) { // It is gone, or was mounted on.
            return Swap::Changed;
        }
        errno = error;
        throw_errno("rename to", leaving.path);
    }
    if (is_as_looked_at(leaving)) {
        destroy(leaving);
        return Swap::Done;
    }
    if (::renameat2(leaving.old_folder, name, leaving.folder, name, RENAME_EXCHANGE) == 0 &&
        inode_at(leaving.old_folder, leaving.name) == inode) {
        ::unlinkat(leaving.old_folder, name, 0);
    } else {
        note(leaving.path);
    }
    return Swap::Changed;
}

bool MovedOut::replace_in_two_steps(int scratch, const std::string& made, const Leaving& leaving) {
    if (is_there(leaving.folder, leaving.name) &&
        rename_to_free(leaving.folder, leaving.name, leaving.old_folder, leaving.name)) {
        if (is_as_looked_at(leaving) &&
            rename_to_free(scratch, made, leaving.folder, leaving.name)) {
            destroy(leaving);
            return true;
        }
        put_back(leaving);
    }
    ::unlinkat(scratch, made.c_str(), 0);
    return false;
}

bool MovedOut::remove(const Leaving& leaving) {
    if (!is_there(leaving.folder, leaving.name)) {
        return true;
    }
    if (!rename_to_free(leaving.folder, leaving.name, leaving.old_folder, leaving.name)) {
        return false; // Something that could not go back lies there.
    }
    if (!is_as_looked_at(leaving)) {
        put_back(leaving);
        return false;
    }
    destroy(leaving);
    return true;
}

void MovedOut::put_back(const Leaving& leaving) {
    if (!rename_to_free(leaving.old_folder, leaving.name, leaving.folder, leaving.name)) {
        note(leaving.path);
    }
}

void MovedOut::destroy(const Leaving& leaving) const {
    if (S_ISDIR(leaving.status.st_mode)) {
        FileSystem().remove_all(staging_path_ / kFolder / leaving.path);
    } else if (::unlinkat(leaving.old_folder, leaving.name.c_str(), 0) != 0) {
        throw_errno("remove", leaving.path);
    }
}

void MovedOut::note(const std::string& path) {
    const std::lock_guard lock(mutex_);
    not_put_back_.push_back(path);
}

std::vector<std::string> MovedOut::not_put_back() const {
    const std::lock_guard lock(mutex_);
    return not_put_back_;
}

} // namespace vitrine
