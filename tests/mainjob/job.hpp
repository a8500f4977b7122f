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

/// Decoded pixels, small enough to be kept for hundreds of pictures.
struct PixelsDigest {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::string mode;
    Sha256 bytes;

    bool operator==(const PixelsDigest&) const = default;
};

PixelsDigest digest_of(const Pixels& pixels);

/// What was put in under one name.
struct Expected {
    std::string source_name; ///< what artifact_source should say that it was got by
    PixelsDigest pixels;
    Json caption;
    Json class_set;
    std::map<std::string, Json> boxes; ///< group -> list of boxes
    std::map<std::string, PixelsDigest> masks;
    std::map<std::string, Json> mask_labels;
};

/// By value name.
using Dataset = std::map<std::string, Expected>;

/// What an image holds, to put in or to compare.
Expected expected_of(const Image& image);

/// Checks that `artifact` restores every value of `dataset` by its name, equal in all that was put
/// in, and says that it came from `source` ("blood-cells:v0"): the artifact that holds it, also
/// where `artifact` only refers to it.
void check_restored(const Artifact& artifact, const Dataset& dataset, const std::string& source);

/// Every third value of a dataset, by the order of the names.
Dataset every_third(const Dataset& dataset);

/// The main job from the second artifact on, on a store whose `name`:v0 holds `dataset`: every
/// third image goes into `name`-third by reference, the first artifact is removed, gc frees the
/// other two thirds, and the second restores in full, from the store and from a self-contained
/// checkout.
void run_split_job(const std::filesystem::path& store, const std::string& name,
                   const Dataset& dataset);

} // namespace vitrine::test
