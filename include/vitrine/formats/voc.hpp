// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/core/progress.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

struct VocImportOptions {
    /// Only the pictures that `ImageSets/Main/<split>.txt` names; all if empty.
    std::string split = "";
    ProgressOptions progress = {};
};

/// A file of the dataset that was left out.
struct VocSkipped {
    std::string path;   ///< below the dataset's folder: "Annotations/a.xml"
    std::string reason; ///< for people
};

struct VocImportReport {
    std::uint64_t images = 0; ///< added
    std::uint64_t boxes = 0;
    std::uint64_t without_annotation = 0; ///< of the images: added without boxes
    std::vector<std::string> classes;     ///< sorted by name; the first has id 1
    std::vector<VocSkipped> skipped;      ///< sorted by path
};

/// Adds a Pascal VOC dataset to a draft: one Image for each picture in `JPEGImages/`, with the
/// boxes of `Annotations/<stem>.xml` as group "ground_truth" (pixels, numbers as they are written).
/// Value name and caption are the stem of the picture's file name. All images share one Classes:
/// the names that occur, sorted, with ids from 1. The result is the same for the same folder,
/// whatever the order in which its files are read.
///
/// Nothing in the folder is trusted: links that lead out of it, annotations that name a path,
/// numbers that are none, and files beyond the bounds in lib/formats/FORMAT.md are skipped, named
/// in the report, and the rest is imported.
///
/// Throws: NotFound if there is no such folder, split or `JPEGImages/`; InvalidArgument for a
/// split that is a path; InvalidFormat if no picture is left; Cancelled; what ArtifactBuilder::add
/// throws.
VocImportReport import_voc(const std::filesystem::path& folder, ArtifactBuilder& draft,
                           const VocImportOptions& options = {});

} // namespace vitrine
