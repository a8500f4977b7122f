// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace vitrine {

/// The folders and file names of a store (FORMAT.md).

/// The paths of all files and folders in a folder, sorted; empty if there is no such folder.
/// Throws: IoError.
std::vector<std::filesystem::path> list_folder(const std::filesystem::path& folder);
/// The folders among them.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

/// Removes a folder that has nothing in it; does nothing to others. Throws: IoError.
void remove_if_empty(const std::filesystem::path& folder, FileSystem& files);

/// The digest that a name of 64 lower-case hex digits stands for; nothing for other names.
std::optional<Sha256> digest_of_name(std::string_view name);

/// The number of "<n>.json"; nothing for other names, and for numbers that the catalogue cannot
/// hold.
std::optional<std::uint64_t> record_number(const std::filesystem::path& path);

/// Whether the name is that of a file that is being written, or whose write was interrupted.
bool is_temporary(const std::filesystem::path& path);

} // namespace vitrine
