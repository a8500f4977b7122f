// SPDX-License-Identifier: MIT
#include "core/linkless.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "core/throw_errno.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0644;
constexpr mode_t kFolderMode = 0777;

// ---- Opening

/// The first component of a path that is a link; the path itself if none is found any more.
fs::path link_in(const fs::path& path) {
    fs::path part;
    for (const fs::path& name : path) {
        part /= name;
        std::error_code ignored;
        if (fs::is_symlink(fs::symlink_status(part, ignored))) {
            return part;
        }
    }
    return path;
}

/// Throws for errno: Corruption for a link, else IoError.
[[noreturn]] void fail(std::string_view action, const fs::path& path) {
    if (errno != ELOOP) {
        throw_errno(action, path);
    }
    throw Error(ErrorCode::Corruption,
                concat("cannot ", action, ' ', quoted(path.native()), ": ",
                       quoted(link_in(path).native()),
                       " is a link, and none is followed inside of a store"));
}

int open_at_once(const fs::path& path, int flags, mode_t mode) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
}

/// Old kernels lack openat2, and sandboxes may forbid it.
bool may_lack_openat2(int error) {
    return error == ENOSYS || error == EPERM || error == EINVAL;
}

FileDescriptor try_open(const fs::path& path, int flags, mode_t mode = 0) {
    int file = open_at_once(path, flags | O_CLOEXEC, mode);
    if (file < 0 && may_lack_openat2(errno)) {
        file = open_by_components(path, flags | O_CLOEXEC, mode);
    }
    return FileDescriptor(file);
}

FileDescriptor open_or_throw(const fs::path& path, int flags, mode_t mode,
                             std::string_view action) {
    FileDescriptor file = try_open(path, flags, mode);
    if (!file) {
        fail(action, path);
    }
    return file;
}

FolderItem::Type type_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFREG:
        return FolderItem::Type::file;
    case S_IFDIR:
        return FolderItem::Type::folder;
    case S_IFLNK:
        return FolderItem::Type::link;
    default:
        return FolderItem::Type::other;
    }
}

/// Opens a file for reading; returns none, with errno, if it cannot be opened.
FileDescriptor try_open_file(const fs::path& path) {
    FileDescriptor file = try_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat status {};
    if (file && ::fstat(file.get(), &status) != 0) {
        throw_errno("read", path);
    }
    if (file && !S_ISREG(status.st_mode)) {
        throw Error(ErrorCode::Corruption,
                    concat(quoted(path.native()), ": expected a file, got ",
                           S_ISDIR(status.st_mode) ? "a folder" : "a device, socket or FIFO"));
    }
    return file;
}

/// The folder of a path, open, and the name in it.
struct Slot {
    FileDescriptor folder;
    std::string name;
};

fs::path parent_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Slot slot_of(const fs::path& path, std::string_view action) {
    FileDescriptor folder = try_open(parent_of(path), O_PATH | O_DIRECTORY);
    if (!folder) {
        fail(action, path);
    }
    return {std::move(folder), path.filename().native()};
}

} // namespace

int open_by_components(const fs::path& path, int flags, mode_t mode) {
    FileDescriptor folder(::open(path.is_absolute() ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    const fs::path below = path.relative_path();
    const std::string last = below.empty() ? "." : below.filename().native();
    for (const fs::path& name : below.parent_path()) {
        FileDescriptor next(::openat(folder.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        struct stat status {};
        if (!next || ::fstat(next.get(), &status) != 0) {
            return -1;
        }
        if (!S_ISDIR(status.st_mode)) {
            errno = S_ISLNK(status.st_mode) ? ELOOP : ENOTDIR;
            return -1;
        }
        folder = std::move(next);
    }
    const int file = ::openat(folder.get(), last.c_str(), flags | O_NOFOLLOW, mode);
    struct stat status {};
    if (file < 0 && errno == ENOTDIR &&
        ::fstatat(folder.get(), last.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = S_ISLNK(status.st_mode) ? ELOOP : ENOTDIR;
    }
    return file;
}

FileDescriptor open_linkless(const fs::path& path) {
    FileDescriptor file = try_open_file(path);
    if (!file) {
        fail("open", path);
    }
    return file;
}

FileDescriptor open_linkless_folder(const fs::path& path) {
    return open_or_throw(path, O_RDONLY | O_DIRECTORY, 0, "open folder");
}

// ---- Reading

std::string read_linkless(const fs::path& path, std::uint64_t limit) {
    return read_file(open_linkless(path), path, limit);
}

std::optional<std::string> try_read_linkless(const fs::path& path) {
    const FileDescriptor file = try_open_file(path);
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        fail("open", path);
    }
    return read_file(file, path);
}

namespace {

using OpenFolder = std::unique_ptr<DIR, decltype([](DIR* folder) { ::closedir(folder); })>;

/// Has a descriptor of its own, which a listing closes.
OpenFolder open_listing(const FileDescriptor& folder, const fs::path& path) {
    const int copy = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    OpenFolder listing(copy < 0 ? nullptr : ::fdopendir(copy));
    if (!listing) {
        throw_errno("read folder", path);
    }
    return listing;
}

FolderItem::Type type_in(int folder, const dirent& item) {
    switch (item.d_type) {
    case DT_REG:
        return FolderItem::Type::file;
    case DT_DIR:
        return FolderItem::Type::folder;
    case DT_LNK:
        return FolderItem::Type::link;
    case DT_UNKNOWN:
        break;
    default:
        return FolderItem::Type::other;
    }
    struct stat status {};
    // What is gone by now is of no type.
    return ::fstatat(folder, item.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0
               ? type_of(status.st_mode)
               : FolderItem::Type::other;
}

std::vector<FolderItem> items_in(const FileDescriptor& folder, const fs::path& path) {
    std::vector<FolderItem> items;
    const OpenFolder listing = open_listing(folder, path);
    for (;;) {
        errno = 0;
        const dirent* item = ::readdir(listing.get());
        if (item == nullptr) {
            break;
        }
        const std::string_view name = item->d_name;
        if (name != "." && name != "..") {
            items.push_back({std::string(name), type_in(folder.get(), *item)});
        }
    }
    if (errno != 0) {
        throw_errno("read folder", path);
    }
    std::ranges::sort(items, {}, &FolderItem::name);
    return items;
}

} // namespace

std::vector<FolderItem> list_linkless(const fs::path& folder) {
    const FileDescriptor opened = try_open(folder, O_RDONLY | O_DIRECTORY);
    if (!opened && errno == ENOENT) {
        return {};
    }
    if (!opened) {
        fail("read folder", folder);
    }
    return items_in(opened, folder);
}

// ---- Changing

void LinklessFileSystem::create_directories(const fs::path& path) {
    if (try_open(path, O_PATH | O_DIRECTORY)) {
        return;
    }
    if (errno != ENOENT) {
        fail("create folder", path);
    }
    if (path.has_parent_path() && path.parent_path() != path) {
        create_directories(path.parent_path());
    }
    const Slot slot = slot_of(path, "create folder");
    if (::mkdirat(slot.folder.get(), slot.name.c_str(), kFolderMode) != 0 && errno != EEXIST) {
        throw_errno("create folder", path);
    }
}

FileDescriptor LinklessFileSystem::create_file(const fs::path& path) {
    return open_or_throw(path, O_WRONLY | O_CREAT | O_EXCL, kFileMode, "create");
}

FileDescriptor LinklessFileSystem::open_for_appending(const fs::path& path) {
    return open_or_throw(path, O_RDWR | O_CREAT | O_APPEND, kFileMode, "open");
}

void LinklessFileSystem::rename(const fs::path& from, const fs::path& to) {
    const std::string action = concat("rename ", quoted(from.native()), " to");
    const Slot source = slot_of(from, action);
    const Slot target = slot_of(to, action);
    if (::renameat(source.folder.get(), source.name.c_str(), target.folder.get(),
                   target.name.c_str()) != 0) {
        throw_errno(action, to);
    }
}

void LinklessFileSystem::hard_link(const fs::path& from, const fs::path& to) {
    const Slot source = slot_of(from, "make hard link");
    const Slot target = slot_of(to, "make hard link");
    if (::linkat(source.folder.get(), source.name.c_str(), target.folder.get(), target.name.c_str(),
                 0) != 0) {
        throw_errno("make hard link", to);
    }
}

namespace {

/// Returns false if there is nothing of that name.
bool remove_in(const FileDescriptor& folder, const std::string& name, const fs::path& path) {
    if (::unlinkat(folder.get(), name.c_str(), 0) == 0) {
        return true;
    }
    // Linux says EISDIR of a folder, and POSIX EPERM.
    const bool may_be_folder = errno == EISDIR || errno == EPERM;
    if (may_be_folder && ::unlinkat(folder.get(), name.c_str(), AT_REMOVEDIR) == 0) {
        return true;
    }
    if (errno != ENOENT) {
        throw_errno("remove", path);
    }
    return false;
}

void remove_tree(const FileDescriptor& folder, const std::string& name, const fs::path& path) {
    const FileDescriptor opened(
        ::openat(folder.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened && errno != ENOTDIR && errno != ELOOP && errno != ENOENT) {
        throw_errno("remove folder", path);
    }
    if (opened) {
        for (const FolderItem& item : items_in(opened, path)) {
            if (item.type == FolderItem::Type::folder) {
                remove_tree(opened, item.name, path / item.name);
            } else {
                remove_in(opened, item.name, path / item.name);
            }
        }
    }
    remove_in(folder, name, path);
}

/// The folder of what is to be removed; none if it does not exist.
std::optional<Slot> find_slot(const fs::path& path, std::string_view action) {
    FileDescriptor folder = try_open(parent_of(path), O_PATH | O_DIRECTORY);
    if (!folder && (errno == ENOENT || errno == ENOTDIR)) {
        return std::nullopt;
    }
    if (!folder) {
        fail(action, path);
    }
    return Slot{std::move(folder), path.filename().native()};
}

} // namespace

bool LinklessFileSystem::remove(const fs::path& path) {
    const auto slot = find_slot(path, "remove");
    return slot && remove_in(slot->folder, slot->name, path);
}

void LinklessFileSystem::remove_all(const fs::path& path) {
    if (const auto slot = find_slot(path, "remove folder")) {
        remove_tree(slot->folder, slot->name, path);
    }
}

void LinklessFileSystem::sync_directory(const fs::path& path) {
    // Some network file systems refuse to flush a folder at all; they write names at once.
    if (::fsync(open_linkless_folder(path).get()) != 0 && errno != EINVAL) {
        throw_errno("flush folder", path);
    }
}

void LinklessFileSystem::sync_file_system(const fs::path& path) {
    if (::syncfs(open_linkless_folder(path).get()) != 0) {
        throw_errno("flush file system of", path);
    }
}

} // namespace vitrine
