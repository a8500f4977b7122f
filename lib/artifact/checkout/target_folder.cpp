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

constexpr std::string_view kMakingPrefix = ".vitrine-";

/// So many folders are kept open, far below what a process may open.
constexpr std::size_t kOpenFolders = 128;

FileDescriptor open_directory_at(int folder, const std::string& name) {
    return FileDescriptor(
        ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

std::string parent_of(const std::string& place) {
    const std::size_t slash = place.rfind('/');
    return slash == std::string::npos ? std::string() : place.substr(0, slash);
}

std::string name_of(const std::string& place) {
    return place.substr(place.rfind('/') + 1); // npos + 1 is 0
}

bool is_in(std::string_view place, std::string_view folder) {
    return place.starts_with(folder) &&
           (place.size() == folder.size() || place[folder.size()] == '/');
}

ino_t inode_of(const FileDescriptor& file, const fs::path& path) {
    struct ::stat status = {};
    if (::fstat(file.get(), &status) != 0) {
        throw_errno("look at", path);
    }
    return status.st_ino;
}

std::string in_the_way(const std::string& place) {
    return concat(quoted(place), " lies there and is no folder");
}

} // namespace

TargetFolder::TargetFolder(const fs::path& root)
    : root_(root), top_(std::make_shared<Subfolder>()) {
    FileSystem().create_directories(root_);
    top_->folder = FileDescriptor(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top_->folder) {
        throw_errno("open folder", root_);
    }
    remove_untracked();
    const std::string name = concat(kMakingPrefix, random_name());
    making_ = root_ / name;
    if (::mkdirat(top_->folder.get(), name.c_str(), 0700) != 0) {
        throw_errno("create folder", making_);
    }
    making_folder_ = open_directory_at(top_->folder.get(), name);
    if (!making_folder_ || ::flock(making_folder_.get(), LOCK_EX | LOCK_NB) != 0) {
        throw_errno("lock folder", making_);
    }
}

TargetFolder::~TargetFolder() {
    std::error_code ignored; // A leftover does no harm: the next checkout removes it.
    fs::remove_all(making_, ignored);
}

void TargetFolder::remove_untracked() {
    std::vector<fs::path> leftovers;
    for (const auto& item : fs::directory_iterator(root_)) {
        const std::string name = item.path().filename().native();
        if (!name.starts_with(kMakingPrefix) || name.size() != kMakingPrefix.size() + 32) {
            continue;
        }
        const FileDescriptor folder = open_directory_at(top_->folder.get(), name);
        if (folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) {
            leftovers.push_back(item.path());
        }
    }
    for (const fs::path& leftover : leftovers) {
        FileSystem().remove_all(leftover);
    }
}

std::string TargetFolder::next_name() {
    return std::to_string(next_++);
}

// ---- Folders

std::optional<std::string> TargetFolder::open(const std::string& place, SubfolderPtr& opened) {
    const std::lock_guard lock(mutex_);
    return open_locked(place, opened);
}

std::optional<std::string> TargetFolder::open_locked(const std::string& place,
                                                     SubfolderPtr& opened) {
    if (place.empty()) {
        opened = top_;
        return std::nullopt;
    }
    if (const auto known = open_.find(place); known != open_.end()) {
        opened = known->second;
        return std::nullopt;
    }
    SubfolderPtr parent;
    if (auto problem = open_locked(parent_of(place), parent)) {
        return problem;
    }
    auto folder = std::make_shared<Subfolder>();
    folder->place = place;
    if (auto problem = open_in(*parent, name_of(place), *folder)) {
        return problem;
    }
    const ino_t inode = inode_of(folder->folder, root_ / place);
    if (folder->is_aside) {
        our_folders_.insert(inode);
    }
    folder->is_ours = our_folders_.contains(inode);
    if (open_.size() >= kOpenFolders) {
        open_.clear();
    }
    open_[place] = folder;
    opened = std::move(folder);
    return std::nullopt;
}

std::optional<std::string> TargetFolder::open_in(const Subfolder& parent, const std::string& name,
                                                 Subfolder& opened) {
    if (parent.is_aside) {
        opened.is_aside = true;
        if (::mkdirat(parent.folder.get(), name.c_str(), 0777) != 0 && errno != EEXIST) {
            throw_errno("create folder", root_ / opened.place);
        }
        opened.folder = open_directory_at(parent.folder.get(), name);
    } else if (const auto aside = aside_.find(opened.place); aside != aside_.end()) {
        opened.is_aside = true;
        opened.folder = open_directory_at(making_folder_.get(), aside->second);
    } else {
        opened.folder = open_directory_at(parent.folder.get(), name);
        if (!opened.folder && errno == ENOENT) {
            opened.is_aside = true;
            opened.folder = make_aside(opened.place);
        }
    }
    if (opened.folder) {
        return std::nullopt;
    }
    if (errno == ELOOP || errno == ENOTDIR) {
        return in_the_way(opened.place);
    }
    throw_errno("open folder", root_ / opened.place);
}

FileDescriptor TargetFolder::make_aside(const std::string& place) {
    const std::string name = next_name();
    if (::mkdirat(making_folder_.get(), name.c_str(), 0777) != 0) {
        throw_errno("create folder", root_ / place);
    }
    aside_.emplace(place, name);
    return open_directory_at(making_folder_.get(), name);
}

const FileDescriptor& TargetFolder::scratch_of(Subfolder& folder) {
    std::call_once(folder.made_scratch, [&] {
        const std::string name = next_name();
        if (::mkdirat(making_folder_.get(), name.c_str(), 0700) != 0) {
            throw_errno("create folder", making_ / name);
        }
        folder.scratch = open_directory_at(making_folder_.get(), name);
        if (!folder.scratch) {
            throw_errno("open folder", making_ / name);
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
    if (folder.is_aside) {
        return {file.make(folder.folder, name) ? Outcome::Made : Outcome::Taken};
    }
    return settle(folder, name, file);
}

TargetFolder::Result TargetFolder::put(const std::string& place, NewFile& file) {
    SubfolderPtr folder;
    if (auto problem = open(parent_of(place), folder)) {
        return {Outcome::Made, std::move(problem)};
    }
    const std::string name = name_of(place);
    Result result = put(*folder, name, file);
    return result.outcome == Outcome::Taken ? settle(*folder, name, file) : result;
}

TargetFolder::Result TargetFolder::settle(Subfolder& folder, const std::string& name,
                                          NewFile& file) {
    const std::string place = join_path(folder.place, name);
    struct ::stat status = {};
    const bool is_there =
        ::fstatat(folder.folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (is_there && S_ISDIR(status.st_mode)) {
        return {Outcome::Made, concat(quoted(place), " lies there and is a folder")};
    }
    if (is_there && S_ISREG(status.st_mode)) {
        const FileDescriptor there(
            ::openat(folder.folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (there && file.is_equal(there, status)) {
            remember(folder, name);
            return {Outcome::Kept};
        }
        if (is_ours(folder, status.st_ino)) {
            return {Outcome::Made, concat("this file system takes the name of ", quoted(place),
                                          " for that of another file laid out here")};
        }
    }
    const FileDescriptor& scratch = scratch_of(folder);
    const std::string made = next_name();
    if (!file.make(scratch, made)) {
        errno = EEXIST;
        throw_errno("create", making_ / made);
    }
    if (is_there) {
        // What was there before, a link too, is replaced in one step.
        if (::renameat(scratch.get(), made.c_str(), folder.folder.get(), name.c_str()) != 0) {
            throw_errno("rename to", root_ / place);
        }
    } else if (!rename_to_free(scratch.get(), made, folder.folder.get(), name)) {
        // Another thread was first, by a name that the file system takes for the same.
        ::unlinkat(scratch.get(), made.c_str(), 0);
        return settle(folder, name, file);
    }
    remember(folder, name);
    return {Outcome::Made};
}

// ---- Bringing folders into place

std::vector<std::string> TargetFolder::publish(std::string_view but) {
    std::vector<std::string> problems;
    // A folder that cannot be brought into place as a whole leaves others below it to be.
    for (bool is_done = false; !is_done;) {
        is_done = true;
        open_.clear();
        for (const auto& [place, aside] : std::exchange(aside_, {})) {
            if (!but.empty() && is_in(but, place)) {
                aside_.emplace(place, aside);
                continue;
            }
            publish_one(place, aside, problems);
            is_done = false;
        }
    }
    return problems;
}

void TargetFolder::publish_one(const std::string& place, const std::string& aside,
                               std::vector<std::string>& problems) {
    SubfolderPtr parent;
    const auto problem = open(parent_of(place), parent);
    if (problem ||
        !rename_to_free(making_folder_.get(), aside, parent->folder.get(), name_of(place))) {
        // Somebody else has made it by now, or the file system takes its name for another one's.
        merge(place, aside, problems);
    }
}

void TargetFolder::merge(const std::string& place, const std::string& aside,
                         std::vector<std::string>& problems) {
    const fs::path folder = making_ / aside;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (item.is_directory()) {
            continue;
        }
        MovedFile file(item.path());
        const std::string to = join_path(place, item.path().lexically_relative(folder).native());
        if (auto problem = put(to, file).problem) {
            problems.push_back(concat(quoted(to), " was not laid out: ", *problem));
        }
    }
}

} // namespace vitrine
