// SPDX-License-Identifier: MIT
#include "artifact/checkout/occupant.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/checkout/obstacle.hpp"
#include "core/store_folder.hpp"
#include "core/text.hpp"
#include "core/throw_errno.hpp"
#include "engine/store/stat_key.hpp"
#include "reference/uri.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <utility>

namespace vitrine {

namespace {

FileDescriptor open_found_folder(int folder, const std::string& name) {
    return FileDescriptor(
        ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// Whether a folder is the root of a mount, also of one that shares the file system around it.
bool is_mount(int folder, const std::string& name) {
    struct ::statx status = {};
    return ::statx(folder, name.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) == 0 &&
           (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// An item of a tree while it is walked: `folder` and `name` lead to it.
struct FoundItem {
    int folder;
    const std::string& name;
    const TreeItem& item;
};
/// Returns false to end the walk.
using VisitItem = std::function<bool(const FoundItem&)>;

bool walk_tree(const FileDescriptor& folder, const std::string& path, const VisitItem& visit) {
    for (const std::string& name : names_in(folder.get())) {
        TreeItem item{join_path(path, name)};
        if (::fstatat(folder.get(), name.c_str(), &item.status, AT_SYMLINK_NOFOLLOW) != 0) {
            throw_errno("look at", item.path);
        }
        if (!visit({folder.get(), name, item})) {
            return false;
        }
        if (S_ISDIR(item.status.st_mode)) {
            const FileDescriptor below = open_found_folder(folder.get(), name);
            if (!below) {
                throw_errno("open folder", item.path);
            }
            if (!walk_tree(below, item.path, visit)) {
                return false;
            }
        }
    }
    return true;
}

} // namespace

std::vector<std::string> names_in(int folder) {
    // A descriptor of its own: a listing moves the position that duplicates share.
    const int fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, int (*)(DIR*)> open(fd < 0 ? nullptr : ::fdopendir(fd), ::closedir);
    if (!open) {
        throw_errno("list", "folder");
    }
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* item = ::readdir(open.get());
        if (item == nullptr) {
            break;
        }
        const std::string_view name = item->d_name;
        if (name != "." && name != "..") {
            names.emplace_back(name);
        }
    }
    if (errno != 0) {
        throw_errno("list", "folder");
    }
    std::ranges::sort(names);
    return names;
}

Place look_at(int folder, const std::string& name) {
    Place place;
    if (::fstatat(folder, name.c_str(), &place.status, AT_SYMLINK_NOFOLLOW) == 0) {
        place.state = Place::State::Taken;
    } else if (is_refused_name(errno)) {
        place.state = Place::State::Refused;
    } else if (errno != ENOENT) {
        throw_errno("look at", name);
    }
    return place;
}

bool is_store_folder(const FileDescriptor& folder) {
    return ::faccessat(folder.get(), kStoreSettings.data(), F_OK, 0) == 0 &&
           ::faccessat(folder.get(), kStoreCatalog.data(), F_OK, 0) == 0;
}

std::vector<TreeItem> list_tree(int folder, const std::string& name) {
    const FileDescriptor open = open_found_folder(folder, name);
    if (!open) {
        throw_errno("open folder", name);
    }
    std::vector<TreeItem> items;
    walk_tree(open, "", [&](const FoundItem& found) {
        items.push_back(found.item);
        return true;
    });
    return items;
}

bool ReplacementRule::gives_back(FoundFile& found) const {
    if (given_back_ == nullptr) {
        return false;
    }
    const auto digest = found.sha256();
    return digest && given_back_->has(*digest);
}

Verdict ReplacementRule::unless_forced(std::string reason) const {
    if (conflict_ == Conflict::replace) {
        return {Verdict::Kind::Goes, {}, {std::string()}};
    }
    return {Verdict::Kind::Left, std::move(reason)};
}

Verdict ReplacementRule::judge(int folder, const std::string& name, const Place& place,
                               NewFile* file) const {
    switch (place.status.st_mode & S_IFMT) {
    case S_IFREG:
        return judge_file(FoundFile(folder, name, place.status, place.known_digest), file);
    case S_IFLNK:
        return judge_link(folder, name, file);
    case S_IFDIR:
        return judge_folder(folder, name);
    default: // a FIFO, a socket, a device: never opened
        return unless_forced("it is neither a file nor a folder");
    }
}

Verdict ReplacementRule::judge_file(FoundFile found, NewFile* file) const {
    const Likeness likeness = file != nullptr ? file->compare(found) : Likeness::Other;
    if (likeness == Likeness::Right) {
        return {Verdict::Kind::Stays};
    }
    if (likeness == Likeness::Remake || gives_back(found) ||
        (file != nullptr && file->can_remake(found))) {
        return {Verdict::Kind::Goes};
    }
    return unless_forced(found.file() == nullptr
                             ? "a file that cannot be read"
                             : "a file whose bytes no version of the store can give back");
}

Verdict ReplacementRule::judge_link(int folder, const std::string& name, NewFile* file) const {
    struct ::stat status = {};
    if (file != nullptr && ::fstatat(folder, name.c_str(), &status, 0) == 0 &&
        S_ISREG(status.st_mode)) {
        FoundFile found(folder, name, status, std::nullopt, true);
        if (file->compare(found) == Likeness::Right) {
            return {Verdict::Kind::Stays};
        }
    }
    return unless_forced("a symbolic link");
}

Verdict ReplacementRule::judge_folder(int folder, const std::string& name) const {
    if (is_mount(folder, name)) {
        return {Verdict::Kind::Left, "a folder that is mounted"};
    }
    const FileDescriptor open = open_found_folder(folder, name);
    if (!open) {
        return {Verdict::Kind::Left, "a folder that cannot be read"};
    }
    if (is_store_folder(open)) {
        return {Verdict::Kind::Left, "the folder of a store"};
    }
    Verdict verdict;
    try {
        walk_tree(open, "", [&](const FoundItem& found) {
            const TreeItem& item = found.item;
            verdict.tree.push_back(item);
            if (S_ISDIR(item.status.st_mode)) {
                const FileDescriptor below = open_found_folder(found.folder, found.name);
                const bool is_mounted = is_mount(found.folder, found.name);
                if (is_mounted || (below && is_store_folder(below))) {
                    verdict = {Verdict::Kind::Left,
                               concat("a folder with ", is_mounted ? "a mount" : "a store", " in ",
                                      quoted(item.path))};
                    return false;
                }
                return true;
            }
            FoundFile file(found.folder, found.name, item.status, std::nullopt);
            if (S_ISREG(item.status.st_mode) && gives_back(file)) {
                return true;
            }
            if (conflict_ == Conflict::keep) {
                verdict = {Verdict::Kind::Left,
                           concat("a folder with ", quoted(item.path),
                                  ", which no version of the store can give back")};
                return false;
            }
            verdict.lost.push_back(item.path);
            return true;
        });
    } catch (const IoError&) {
        return {Verdict::Kind::Left, "a folder that cannot be read"};
    }
    return verdict;
}

void ReplacementRule::add_known_digests(std::vector<Place>& places) const {
    if (given_back_ == nullptr) {
        return;
    }
    std::vector<StatKey> keys;
    std::vector<Place*> files;
    for (Place& place : places) {
        if (place.state == Place::State::Taken && S_ISREG(place.status.st_mode)) {
            keys.push_back(stat_key(place.status));
            files.push_back(&place);
        }
    }
    const auto digests = given_back_->known_digests(keys);
    for (std::size_t i = 0; i < files.size(); ++i) {
        files[i]->known_digest = digests[i];
    }
}

} // namespace vitrine
