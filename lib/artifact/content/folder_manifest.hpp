// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <filesystem>

namespace vitrine {

/// A manifest with one entry for each file below a folder: path, MD5 and size. The folder is not
/// trusted: links are left out. Several threads hash the files.
/// Throws: IoError; InvalidArgument for a file name that cannot be an entry path.
Manifest hash_folder(const std::filesystem::path& folder);

} // namespace vitrine
