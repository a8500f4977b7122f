// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// Returns the paths of all files below `folder`, relative to it and sorted. Links to files and
/// folders are followed. Several threads read the folders.
/// Throws: InvalidArgument for a link to nothing or to a folder that contains the link, and for
/// what is neither a file nor a folder; IoError.
std::vector<std::string> list_files(const std::filesystem::path& folder);

} // namespace vitrine
