// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// A manifest with one entry for each file below a folder: path, MD5 and size. The folder is not
/// trusted: links are left out. So are folders of stores, which are put into `left_out`, relative
/// to the folder and sorted. Several threads hash the files.
/// Throws: IoError; InvalidArgument for a file name that cannot be an entry path, and if the folder
/// is a store or in one.
Manifest hash_folder(const std::filesystem::path& folder, std::vector<std::string>& left_out);

} // namespace vitrine
