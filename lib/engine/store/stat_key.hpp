// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"
#include "core/file_system.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace vitrine {

/// What `stat` says of an open regular file. Throws: InvalidArgument if it is no regular file.
StatKey stat_key(const FileDescriptor& file, const std::filesystem::path& path);
/// What `stat` says of a name, links followed; nothing if it does not exist. Throws: as above.
std::optional<StatKey> stat_key(const std::filesystem::path& path);
/// The same of a file in an open folder, which is called `folder_path`.
std::optional<StatKey> stat_key(const FileDescriptor& folder, const std::string& file,
                                const std::filesystem::path& folder_path);

/// Nanoseconds since 1970, by the clock that gives files their times.
std::int64_t clock_now_ns();

/// Whether a file of this key, read from `start_ns` on, may go into the stat cache: both of its
/// times must be older than the read by more than the clock's grain, or a later change could leave
/// the key as it is.
bool is_settled(const StatKey& key, std::int64_t start_ns);

} // namespace vitrine
