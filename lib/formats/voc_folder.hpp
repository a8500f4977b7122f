// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/formats/voc.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// A picture of a VOC folder and its annotation, if it has one. Paths are relative to the folder.
struct VocItem {
    std::string stem;
    std::string picture;                   ///< "JPEGImages/a.jpg"
    std::optional<std::string> annotation; ///< "Annotations/a.xml"
};

/// The pictures of a VOC folder, sorted by stem, and the files that were left out.
struct VocListing {
    std::vector<VocItem> items;
    std::vector<VocSkipped> skipped;
};

/// Lists the folder. Reads no file except the list of the split. Throws: as import_voc.
VocListing list_voc_folder(const std::filesystem::path& folder, const std::string& split);

} // namespace vitrine
