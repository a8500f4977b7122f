// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// What is below a folder. All paths are relative to it and sorted.
struct ListedFiles {
    std::vector<std::string> files;
    std::vector<std::string> left_out; ///< folders of stores
};

/// Lists all files below `folder`, but none of a store. Links to files and folders are followed.
/// Several threads read the folders.
/// Throws: InvalidArgument for a link to nothing or to a folder that contains the link, for what is
/// neither a file nor a folder, and if `folder` is a store or in one; IoError.
ListedFiles list_files(const std::filesystem::path& folder);

} // namespace vitrine
