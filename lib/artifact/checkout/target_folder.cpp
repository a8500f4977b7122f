// SPDX-License-Identifier: MIT
#include "artifact/checkout/target_folder.hpp"

#include "artifact/checkout/moved_file.hpp"
#include "core/text.hpp"
#include "core/throw_errno.hpp"
#include "reference/uri.hpp"

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

constexpr std::string_view kStagingPrefix = ".vitrine-";

/// Folders kept open at most: far fewer than a process may open.
constexpr std::size_t kOpenFolders = 128;

FileDescriptor open_directory_at(int folder, const std::string& name) {
    return FileDescriptor(
        ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
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

ino_t inode_of(const FileDescriptor& file, const fs::path& path) {
    struct ::stat status = {};
    if (::fstat(file.get(), &status) != 0) {
        throw_errno("look at", path);
    }
    return status.st_ino;
}

std::string in_the_way(const std::string& path) {
    return concat(quoted(path), " exists and is not a folder");
}

} // namespace

TargetFolder::TargetFolder(const fs::path& root)
    : root_(root), top_(std::make_shared<Subfolder>()) {
    FileSystem().create_directories(root_);
    top_->folder = FileDescriptor(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top_->folder) {
        throw_errno("open folder", root_);
    }
    remove_abandoned();
    const std::string name = concat(kStagingPrefix, random_name());
    staging_ = root_ / name;
    if (::mkdirat(top_->folder.get(), name.c_str(), 0700) != 0) {
        throw_errno("create folder", staging_);
    }
    staging_folder_ = open_directory_at(top_->folder.get(), name);
    if (!staging_folder_ || ::flock(staging_folder_.get(), LOCK_EX | LOCK_NB) != 0) {
        throw_errno("lock folder", staging_);
    }
}

TargetFolder::~TargetFolder() {
    std::error_code ignored; // Does no harm: the next checkout removes the folder.
    fs::remove_all(staging_, ignored);
}

void TargetFolder::remove_abandoned() {
    std::vector<fs::path> abandoned;
    for (const auto& item : fs::directory_iterator(root_)) {
        const std::string name = item.path().filename().native();
        if (!name.starts_with(kStagingPrefix) || name.size() != kStagingPrefix.size() + 32) {
            continue;
        }
        const FileDescriptor folder = open_directory_at(top_->folder.get(), name);
        if (folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) {
            abandoned.push_back(item.path());
        }
    }
    for (const fs::path& folder_path : abandoned) {
        FileSystem().remove_all(folder_path);
    }
}

std::string TargetFolder::next_name() {
    return std::to_string(next_++);
}

// ---- Folders

std::optional<std::string> TargetFolder::open(const std::string& path, SubfolderPtr& opened) {
    const std::lock_guard lock(mutex_);
    return open_locked(path, opened);
}

std::optional<std::string> TargetFolder::open_locked(const std::string& path,
                                                     SubfolderPtr& opened) {
    if (path.empty()) {
        opened = top_;
        return std::nullopt;
    }
    if (const auto known = open_.find(path); known != open_.end()) {
        opened = known->second;
        return std::nullopt;
    }
    SubfolderPtr parent;
    if (auto problem = open_locked(parent_of(path), parent)) {
        return problem;
    }
    auto folder = std::make_shared<Subfolder>();
    folder->path = path;
    if (auto problem = open_in(*parent, name_of(path), *folder)) {
        return problem;
    }
    const ino_t inode = inode_of(folder->folder, root_ / path);
    if (folder->is_staged) {
        our_folders_.insert(inode);
    }
    folder->is_ours = our_folders_.contains(inode);
    if (open_.size() >= kOpenFolders) {
        open_.clear();
    }
    open_[path] = folder;
    opened = std::move(folder);
    return std::nullopt;
}

std::optional<std::string> TargetFolder::open_in(const Subfolder& parent, const std::string& name,
                                                 Subfolder& opened) {
    if (parent.is_staged) {
        opened.is_staged = true;
        if (::mkdirat(parent.folder.get(), name.c_str(), 0777) != 0 && errno != EEXIST) {
            throw_errno("create folder", root_ / opened.path);
        }
        opened.folder = open_directory_at(parent.folder.get(), name);
    } else if (const auto staged = staged_.find(opened.path); staged != staged_.end()) {
        opened.is_staged = true;
        opened.folder = open_directory_at(staging_folder_.get(), staged->second);
    } else {
        opened.folder = open_directory_at(parent.folder.get(), name);
        if (!opened.folder && errno == ENOENT) {
            opened.is_staged = true;
            opened.folder = stage(opened.path);
        }
    }
    if (opened.folder) {
        return std::nullopt;
    }
    if (errno == ELOOP || errno == ENOTDIR) {
        return in_the_way(opened.path);
    }
    throw_errno("open folder", root_ / opened.path);
}

FileDescriptor TargetFolder::stage(const std::string& path) {
    const std::string name = next_name();
    if (::mkdirat(staging_folder_.get(), name.c_str(), 0777) != 0) {
        throw_errno("create folder", root_ / path);
    }
    staged_.emplace(path, name);
    return open_directory_at(staging_folder_.get(), name);
}

const FileDescriptor& TargetFolder::scratch_of(Subfolder& folder) {
    std::call_once(folder.made_scratch, [&] {
        const std::string name = next_name();
        if (::mkdirat(staging_folder_.get(), name.c_str(), 0700) != 0) {
            throw_errno("create folder", staging_ / name);
        }
        folder.scratch = open_directory_at(staging_folder_.get(), name);
        if (!folder.scratch) {
            throw_errno("open folder", staging_ / name);
        }
    });
    return folder.scratch;
}

// ---- Files

bool TargetFolder::is_ours(const Subfolder& folder, ino_t inode) {
    const std::lock_guard lock(mutex_);
    return folder.is_ours || our_files_.contains(inode);
}

void TargetFolder::remember(const Subfolder& folder, const std::string& name) {
    struct ::stat status = {};
    if (!folder.is_ours &&
        ::fstatat(folder.folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        const std::lock_guard lock(mutex_);
        our_files_.insert(status.st_ino);
    }
}

TargetFolder::Result TargetFolder::put(Subfolder& folder, const std::string& name, NewFile& file) {
    if (folder.is_staged) {
        return {file.create(folder.folder, name) ? Outcome::Written : Outcome::NameTaken};
    }
    return put_in_place(folder, name, file);
}

TargetFolder::Result TargetFolder::put(const std::string& path, NewFile& file) {
    SubfolderPtr folder;
    if (auto problem = open(parent_of(path), folder)) {
        return {Outcome::Written, std::move(problem)};
    }
    const std::string name = name_of(path);
    Result result = put(*folder, name, file);
    return result.outcome == Outcome::NameTaken ? put_in_place(*folder, name, file) : result;
}

TargetFolder::Result TargetFolder::put_in_place(Subfolder& folder, const std::string& name,
                                                NewFile& file) {
    const std::string path = join_path(folder.path, name);
    struct ::stat status = {};
    const bool is_there =
        ::fstatat(folder.folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (is_there && S_ISDIR(status.st_mode)) {
        return {Outcome::Written, concat(quoted(path), " exists and is a folder")};
    }
    if (is_there && S_ISREG(status.st_mode)) {
        const FileDescriptor there(
            ::openat(folder.folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (there && file.is_equal(there, status)) {
            remember(folder, name);
            return {Outcome::Unchanged};
        }
        if (is_ours(folder, status.st_ino)) {
            return {Outcome::Written, concat("this file system takes the name of ", quoted(path),
                                             " for that of another file of this checkout")};
        }
    }
    const FileDescriptor& scratch = scratch_of(folder);
    const std::string made = next_name();
    if (!file.create(scratch, made)) {
        errno = EEXIST;
        throw_errno("create", staging_ / made);
    }
    if (is_there) {
        // An existing file or link is replaced in one step.
        if (::renameat(scratch.get(), made.c_str(), folder.folder.get(), name.c_str()) != 0) {
            throw_errno("rename to", root_ / path);
        }
    } else if (!rename_to_free(scratch.get(), made, folder.folder.get(), name)) {
        // Another thread was first, with a name that the file system takes for the same.
        ::unlinkat(scratch.get(), made.c_str(), 0);
        return put_in_place(folder, name, file);
    }
    remember(folder, name);
    return {Outcome::Written};
}

// ---- Publication

std::vector<std::string> TargetFolder::publish(std::string_view unfinished) {
    std::vector<std::string> problems;
    // A folder that cannot be moved as a whole is merged, which may stage folders below it.
    for (bool is_done = false; !is_done;) {
        is_done = true;
        open_.clear();
        for (const auto& [path, staged] : std::exchange(staged_, {})) {
            if (!unfinished.empty() && is_in(unfinished, path)) {
                staged_.emplace(path, staged);
                continue;
            }
            publish_one(path, staged, problems);
            is_done = false;
        }
    }
    return problems;
}

void TargetFolder::publish_one(const std::string& path, const std::string& staged,
                               std::vector<std::string>& problems) {
    SubfolderPtr parent;
    const auto problem = open(parent_of(path), parent);
    if (problem ||
        !rename_to_free(staging_folder_.get(), staged, parent->folder.get(), name_of(path))) {
        // Another process has created it by now, or the file system takes two names for the same.
        merge(path, staged, problems);
    }
}

void TargetFolder::merge(const std::string& path, const std::string& staged,
                         std::vector<std::string>& problems) {
    const fs::path folder = staging_ / staged;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (item.is_directory()) {
            continue;
        }
        MovedFile file(item.path());
        const std::string to = join_path(path, item.path().lexically_relative(folder).native());
        if (auto problem = put(to, file).problem) {
            problems.push_back(concat(quoted(to), " was not written: ", *problem));
        }
    }
}

} // namespace vitrine
