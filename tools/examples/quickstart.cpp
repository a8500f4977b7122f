// SPDX-License-Identifier: MIT
// The main use of vitrine in one program: builds a versioned dataset of labelled pictures, restores
// it, and makes a second dataset from a part of it without writing a picture again.
//
//     quickstart STORE [IMAGES]      pictures of a folder, or drawn ones
#include <vitrine/core/error.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/image_mask.hpp>
#include <vitrine/store/store.hpp>

#include "sample_pictures.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine::examples;

constexpr std::uint32_t kSamples = 36;

std::string numbered(std::string_view prefix, std::size_t number) {
    std::ostringstream text;
    text << prefix << std::setw(4) << std::setfill('0') << number;
    return text.str();
}

vitrine::Classes shape_classes() {
    std::vector<vitrine::ClassLabel> labels;
    for (Shape shape : kShapes) {
        labels.push_back({static_cast<std::int64_t>(shape), to_string(shape)});
    }
    return vitrine::Classes(labels);
}

/// A drawn picture with its caption, classes, a box for each shape and a mask.
vitrine::Image labelled_image(const SamplePicture& sample, const vitrine::Classes& classes) {
    vitrine::BoundingBoxes2D::Builder boxes;
    for (const DrawnShape& drawn : sample.shapes) {
        boxes.add(vitrine::Box::from_corners(drawn.min_x, drawn.min_y, drawn.max_x, drawn.max_y,
                                             static_cast<std::int64_t>(drawn.shape))
                      .pixels()
                      .caption(to_string(drawn.shape)));
    }
    const vitrine::ArrayView mask(sample.mask.data(), vitrine::DType::uint8,
                                  {sample.pixels.height, sample.pixels.width});
    return vitrine::Image(sample.pixels,
                          {.caption = sample.caption,
                           .classes = classes,
                           .boxes = {{"ground_truth", boxes.build()}},
                           .masks = {{"shapes", vitrine::ImageMask(mask, classes.labels())}}});
}

/// Adds drawn samples to the draft; returns their number.
std::size_t add_samples(vitrine::ArtifactBuilder& draft) {
    const vitrine::Classes classes = shape_classes();
    for (std::uint32_t number = 0; number < kSamples; ++number) {
        draft.add(labelled_image(draw_sample(number), classes), numbered("pictures/", number));
    }
    return kSamples;
}

/// Adds the pictures of a folder, with their files unchanged; returns their number.
std::size_t add_folder(vitrine::ArtifactBuilder& draft, const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (item.is_regular_file()) {
            files.push_back(item.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::size_t added = 0;
    for (const fs::path& file : files) {
        try {
            const vitrine::Image image(file, {.caption = file.filename().string()});
            draft.add(image, "pictures/" + file.lexically_relative(folder).generic_string());
            ++added;
        } catch (const vitrine::Error& error) {
            if (error.code() != vitrine::ErrorCode::InvalidFormat &&
                error.code() != vitrine::ErrorCode::Unsupported) {
                throw;
            }
            std::cout << "left out: " << error.what() << '\n';
        }
    }
    if (added == 0) {
        throw std::runtime_error("no picture in '" + folder.string() + "'");
    }
    return added;
}

void expect(bool holds, const char* what) {
    if (!holds) {
        throw std::runtime_error(std::string("this should hold: ") + what);
    }
}

/// Restores every image of a version and counts its content. `source` is the expected
/// artifact_source of the images: the artifact that contains them, not one that refers to them.
void restore_all(const vitrine::Artifact& version, const vitrine::Artifact& source) {
    std::size_t images = 0;
    std::size_t boxes = 0;
    std::size_t masks = 0;
    std::uint64_t pixels = 0;
    for (const auto& [path, image] : version.values<vitrine::Image>()) {
        const vitrine::Pixels decoded = image.pixels();
        pixels += std::uint64_t{decoded.width} * decoded.height;
        for (const auto& [name, group] : image.boxes()) {
            boxes += group.count();
        }
        masks += image.masks().size();
        expect(image.artifact_source()->artifact->name() == source.name(),
               "a restored image knows the artifact that holds it");
        ++images;
    }
    std::cout << "restored " << images << " images of " << version.name() << ": " << pixels
              << " pixels, " << boxes << " boxes, " << masks << " masks\n";
}

/// Checks that the restored pictures equal the drawn ones.
void compare_samples(const vitrine::Artifact& version) {
    for (std::uint32_t number = 0; number < kSamples; ++number) {
        const SamplePicture sample = draw_sample(number);
        const auto image = version.get<vitrine::Image>(numbered("pictures/", number));
        expect(image && image->pixels() == sample.pixels, "pixels come back as they were");
        expect(image->caption() == sample.caption, "captions come back");
        expect(image->boxes().at(0).second.count() == sample.shapes.size(), "boxes come back");
        expect(image->masks().at(0).second.pixels().bytes == sample.mask, "masks come back");
    }
    std::cout << "pixels, captions, boxes and masks equal what was put in\n";
}

/// Adds every third image of `source` to a second artifact, by reference.
vitrine::Artifact commit_subset(const vitrine::Store& store, const vitrine::Artifact& source) {
    vitrine::ArtifactBuilder draft = store.new_artifact("shapes-subset", "dataset");
    std::size_t seen = 0;
    std::size_t taken = 0;
    for (const auto& [path, image] : source.values<vitrine::Image>()) {
        if (seen++ % 3 == 0) {
            draft.add(image, numbered("picked/", taken++));
        }
    }
    return store.commit(std::move(draft));
}

void run(const fs::path& store_path, const fs::path& images) {
    const auto store = vitrine::Store::open_or_create(store_path);

    vitrine::ArtifactBuilder draft = store.new_artifact("shapes", "dataset");
    const std::size_t added = images.empty() ? add_samples(draft) : add_folder(draft, images);
    const vitrine::Artifact version = store.commit(std::move(draft), {.aliases = {"train"}});
    std::cout << "committed " << added << " images as " << version.name() << " (digest "
              << version.digest() << ")\n";

    restore_all(store.artifact("shapes:latest"), version);
    if (images.empty()) {
        compare_samples(version);
    }

    const vitrine::StoreStats before = store.stats();
    const vitrine::Artifact subset = commit_subset(store, version);
    const vitrine::StoreStats after = store.stats();
    for (const vitrine::Entry& entry : subset.entries()) {
        expect(entry.ref.has_value(), "every entry of the subset is a reference");
    }
    expect(after.object_bytes == before.object_bytes, "no byte of a picture was written again");
    std::cout << "committed " << subset.manifest().size() << " of them as " << subset.name()
              << ", by reference: the objects of the store were " << before.object_bytes
              << " bytes before and are " << after.object_bytes << " bytes now\n";
    restore_all(subset, version);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        std::cerr << "usage: quickstart STORE [IMAGES]\n";
        return 2;
    }
    try {
        run(argv[1], argc == 3 ? argv[2] : "");
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        std::cerr << "quickstart: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
