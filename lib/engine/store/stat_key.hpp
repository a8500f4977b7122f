// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "core/file_system.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace vitrine {

/// The key of a regular file whose status was read.
StatKey stat_key(const struct ::stat& status);
/// The key of an open regular file, from `stat`. Throws: InvalidArgument if it is not a regular
/// file; IoError.
StatKey stat_key(const FileDescriptor& file, const std::filesystem::path& path);
/// The key of the file at a path, with links followed; nothing if it does not exist. Throws: as
/// above.
std::optional<StatKey> stat_key(const std::filesystem::path& path);
/// The key of a file in an open folder; `folder_path` is the path of the folder. Throws: as above.
std::optional<StatKey> stat_key(const FileDescriptor& folder, const std::string& file,
                                const std::filesystem::path& folder_path);

/// Nanoseconds since 1970, from the clock that sets the times of files.
std::int64_t clock_now_ns();

/// Whether a file with this key, whose read began at `start_ns`, may go into the stat cache. Both
/// of its times must be older than the read by more than the resolution of the clock: otherwise a
/// later change of the file could leave the key as it is.
bool is_settled(const StatKey& key, std::int64_t start_ns);

} // namespace vitrine
