// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/core/digest.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/store/store.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace vitrine::test {

/// Decoded pixels in a form small enough for hundreds of pictures.
struct PixelsDigest {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::string mode;
    Sha256 bytes;

    bool operator==(const PixelsDigest&) const = default;
};

PixelsDigest digest_of(const Pixels& pixels);

/// The contents of one value that was added.
struct Expected {
    std::string source_name; ///< the name in artifact_source
    PixelsDigest pixels;
    Json caption;
    Json class_set;
    std::map<std::string, Json> boxes; ///< group -> list of boxes
    std::map<std::string, PixelsDigest> masks;
    std::map<std::string, Json> mask_labels;
};

/// By value name.
using Dataset = std::map<std::string, Expected>;

/// The contents of an image, to add or to compare.
Expected expected_of(const Image& image);

/// Checks that `artifact` restores every value of `dataset` by its name, equal in all that was
/// added, and that each names `source` ("blood-cells:v0") as its source: the artifact that contains
/// it, even if `artifact` only refers to it.
void check_restored(const Artifact& artifact, const Dataset& dataset, const std::string& source);

/// Every third value of a dataset, by the order of the names.
Dataset every_third(const Dataset& dataset);

/// The main job from the second artifact on, on a store whose `name`:v0 contains `dataset`. Every
/// third image goes into `name`-third by reference, the first artifact is removed, and gc frees the
/// other two thirds. The second artifact then restores in full, from the store and from a
/// self-contained checkout.
void run_split_job(const std::filesystem::path& store, const std::string& name,
                   const Dataset& dataset);

} // namespace vitrine::test
