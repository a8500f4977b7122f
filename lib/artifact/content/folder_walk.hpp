// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// The paths, relative to `folder`, of all files below it, sorted; links to files and folders are
/// followed. Empty folders leave nothing.
/// Throws: InvalidArgument for a link that leads back to a folder it lies in, or what is neither
/// file nor folder; IoError.
std::vector<std::string> list_files(const std::filesystem::path& folder);

/// A manifest with an entry for each file below a folder that somebody else wrote: links are left
/// out. Read by several threads. Throws: IoError; InvalidArgument for a name that is no entry path.
Manifest hash_folder(const std::filesystem::path& folder);

} // namespace vitrine
