// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

// How a store reaches its own files. A store may come from anyone, such as an archive that was
// unpacked, and a link in it must not lead a reader, a writer or a sweep to files outside. So no
// component of a path that these functions get may be a symbolic link, the last one included:
// callers pass the real path of the store's folder and names below it. Where a link is met they
// throw Corruption, which names it. All are safe to use from many threads.

/// Opens a regular file for reading. Never waits, as opening a FIFO would.
/// Throws: IoError, with the code NotFound if there is no file; Corruption for a link, and for what
/// is not a regular file.
FileDescriptor open_linkless(const std::filesystem::path& path);
/// Opens a folder. Throws: IoError; Corruption for a link.
FileDescriptor open_linkless_folder(const std::filesystem::path& path);
/// Reads all bytes of a regular file. Throws: as open_linkless; InvalidFormat if there are more
/// than `limit`.
std::string read_linkless(const std::filesystem::path& path, std::uint64_t limit = UINT64_MAX);
/// Reads all bytes of a regular file; returns nothing if it does not exist. Throws: as
/// open_linkless.
std::optional<std::string> try_read_linkless(const std::filesystem::path& path);

/// A name in a folder, and what it stands for.
struct FolderItem {
    enum class Type { file, folder, link, other };
    std::string name;
    Type type = Type::other;
};

/// Lists a folder, sorted by name; an empty list if it does not exist. Throws: as
/// open_linkless_folder.
std::vector<FolderItem> list_linkless(const std::filesystem::path& folder);

/// The disk as a store sees it: no change reaches anything through a link.
class LinklessFileSystem final : public FileSystem {
public:
    void create_directories(const std::filesystem::path& path) override;
    FileDescriptor create_file(const std::filesystem::path& path) override;
    FileDescriptor open_for_appending(const std::filesystem::path& path) override;
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
    void hard_link(const std::filesystem::path& from, const std::filesystem::path& to) override;
    /// Of a link, removes the link itself.
    bool remove(const std::filesystem::path& path) override;
    /// Goes down by descriptors, and removes links themselves.
    void remove_all(const std::filesystem::path& path) override;
    void sync_directory(const std::filesystem::path& path) override;
    void sync_file_system(const std::filesystem::path& path) override;
};

/// Opens `path` as openat2(2) does with RESOLVE_NO_SYMLINKS, one component after the other, for
/// kernels without it. Returns -1 and sets errno, to ELOOP for a link.
int open_by_components(const std::filesystem::path& path, int flags, mode_t mode);

} // namespace vitrine
