// SPDX-License-Identifier: MIT
#include "artifact/checkout/moved_file.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

/// Moves a file or a folder after a look at the new name; a folder may replace an empty one.
bool rename_after_look(int from_folder, const std::string& from, int to_folder,
                       const std::string& to) {
    struct ::stat status = {};
    if (::fstatat(to_folder, to.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        !S_ISDIR(status.st_mode)) {
        return false;
    }
    if (::renameat(from_folder, from.c_str(), to_folder, to.c_str()) == 0) {
        return true;
    }
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR || errno == EISDIR) {
        return false;
    }
    throw IoError("rename to", to, std::error_code(errno, std::generic_category()));
}

} // namespace

bool rename_to_free(int from_folder, const std::string& from, int to_folder,
                    const std::string& to) {
    if (::renameat2(from_folder, from.c_str(), to_folder, to.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (errno == EEXIST) {
        return false;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        throw IoError("rename to", to, std::error_code(errno, std::generic_category()));
    }
    // This file system has no rename that does not replace. A hard link does not, and a folder
    // never replaces a folder that is not empty.
    if (::linkat(from_folder, from.c_str(), to_folder, to.c_str(), 0) == 0) {
        ::unlinkat(from_folder, from.c_str(), 0);
        return true;
    }
    if (errno == EEXIST) {
        return false;
    }
    return rename_after_look(from_folder, from, to_folder, to);
}

Likeness MovedFile::compare(FoundFile& found) {
    const FileDescriptor own = open_for_reading(path_);
    if (file_size(own, path_) != found.size()) {
        return Likeness::Other;
    }
    return found.sha256() == sha256_of_file(path_) ? Likeness::Right : Likeness::Other;
}

bool MovedFile::create(const FileDescriptor& folder, const std::string& name) {
    return rename_to_free(AT_FDCWD, path_.native(), folder.get(), name);
}

} // namespace vitrine
