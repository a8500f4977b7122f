// SPDX-License-Identifier: MIT
#include "artifact/checkout/obstacle.hpp"

#include "core/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace vitrine {

Obstacle refused_name(const std::string& path) {
    return {path, "this file system cannot have a file of that name", false};
}

Obstacle folded_name(const std::string& path) {
    return {
        path,
        concat("this file system takes the name of ", quoted(path), " for that of another file"),
        false};
}

Obstacle changed_meanwhile(const std::string& path) {
    return {path, "it was changed during the checkout"};
}

bool is_refused_name(int error) {
    return error == ENAMETOOLONG || error == EINVAL || error == EILSEQ;
}

bool is_refusal(const IoError& error, const FileDescriptor& folder, const std::string& name) {
    if (!is_refused_name(error.error_code().value())) {
        return false;
    }
    struct ::stat status = {};
    return error.path() == name ||
           (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 &&
            is_refused_name(errno));
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

bool is_in(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

} // namespace vitrine
