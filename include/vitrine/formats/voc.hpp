// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/core/export.hpp>
#include <vitrine/core/progress.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// What import_voc takes.
struct VocImportOptions {
    /// Import only the pictures that `ImageSets/Main/<split>.txt` lists; all if empty.
    std::string split = "";
    ProgressOptions progress = {};
};

/// A file of the dataset that was left out.
struct VocSkipped {
    std::string path;   ///< below the dataset's folder: "Annotations/a.xml"
    std::string reason; ///< a text for people
};

/// What import_voc added and left out.
struct VocImportReport {
    std::uint64_t images = 0;             ///< added
    std::uint64_t boxes = 0;              ///< of these images
    std::uint64_t without_annotation = 0; ///< of the images: added without boxes
    std::vector<std::string> classes;     ///< sorted by name; the first has id 1
    std::vector<VocSkipped> skipped;      ///< sorted by path
};

/// Adds a Pascal VOC dataset to a draft: one Image for each picture in `JPEGImages/`, with the
/// boxes of `Annotations/<stem>.xml` as group "ground_truth" (pixels, numbers as they are written).
/// Value name and caption are the stem of the picture's file name. All images share one Classes:
/// the names that occur, sorted, with ids from 1. The result is the same for the same folder,
/// whatever the order in which its files are read. Source: the VOC2012 Development Kit, Pascal
/// Visual Object Classes Challenge (http://host.robots.ox.ac.uk/pascal/VOC/).
///
/// The folder is untrusted. Links out of it, annotations that name a path, malformed numbers and
/// files beyond the limits in lib/formats/FORMAT.md are skipped and listed in the report; the rest
/// is imported.
///
/// Throws: NotFound if the folder, the split or `JPEGImages/` is missing; InvalidArgument for a
/// split that is a path; InvalidFormat if no picture is left, or one of the folders is a link that
/// leads out; IoError; DatabaseError; Cancelled; AlreadyExists, Corruption, Conflict and Locked as
/// ArtifactBuilder::add.
VITRINE_EXPORT VocImportReport import_voc(const std::filesystem::path& folder,
                                          ArtifactBuilder& draft,
                                          const VocImportOptions& options = {});

} // namespace vitrine
