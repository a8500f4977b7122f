// SPDX-License-Identifier: MIT
// The main job with masks and their class labels instead of boxes.
#include <vitrine/artifact/artifact_builder.hpp>

#include "core/file_system.hpp"
#include "mainjob/job.hpp"
#include "support/paths.hpp"
#include "support/sample_dataset.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// The twelve classes of CamVid's masks.
const std::vector<ClassLabel> kStreetClasses = {
    {0, "sky"},  {1, "building"}, {2, "pole"}, {3, "road"},       {4, "pavement"},   {5, "tree"},
    {6, "sign"}, {7, "fence"},    {8, "car"},  {9, "pedestrian"}, {10, "bicyclist"}, {11, "void"}};

Json labels_json(const std::vector<ClassLabel>& labels) {
    Json json = Json::object();
    for (const auto& label : labels) {
        json[std::to_string(label.id)] = label.name;
    }
    return json;
}

/// A version `streets`:v0 of a folder with images/ and masks/, and what was added.
Dataset build(const fs::path& store_path, const fs::path& folder) {
    const Store store = Store::create(store_path);
    ArtifactBuilder draft = store.new_artifact("streets", "dataset");
    const Classes classes(kStreetClasses);
    Dataset dataset;
    for (const auto& item : fs::directory_iterator(folder / "images")) {
        const std::string stem = item.path().stem().string();
        ImageOptions options;
        options.caption = "frame " + stem;
        options.classes = classes;
        options.masks = {{"labels", ImageMask::from_path(folder / "masks" / item.path().filename(),
                                                         kStreetClasses)}};
        const Image image(item.path(), options);
        dataset[stem] = expected_of(image);
        dataset[stem].source_name = stem;
        dataset[stem].mask_labels["labels"] = labels_json(kStreetClasses);
        draft.add(image, stem);
    }
    store.commit(std::move(draft));
    return dataset;
}

void check_street_masks(const fs::path& folder, std::size_t images) {
    const TemporaryDirectory directory;
    const fs::path path = directory.path() / "streets.vitrine";
    const Dataset dataset = build(path, folder);
    REQUIRE(dataset.size() == images);
    check_restored(Store::open(path).artifact("streets:v0"), dataset, "streets:v0");
    run_split_job(path, "streets", dataset);
}

} // namespace

TEST_CASE("the main job runs on the streets of CamVid with their masks") {
    const auto shared = shared_dir();
    if (!shared || !fs::exists(*shared / "data" / "camvid")) {
        skip("there is no shared data/camvid");
        return;
    }
    check_street_masks(*shared / "data" / "camvid", 23);
}

TEST_CASE("the main job runs on small pictures with masks") {
    const TemporaryDirectory directory;
    for (std::uint32_t index = 0; index < 7; ++index) {
        const std::string name = "frame_" + std::to_string(index) + ".png";
        write_picture(directory.path() / "images" / name, make_picture(index));
        write_picture(directory.path() / "masks" / name, make_mask(index, 12));
    }
    check_street_masks(directory.path(), 7);
}

TEST_CASE("masks from arrays keep labels that the classes of the image do not have") {
    const TemporaryDirectory directory;
    const Store store = Store::create(directory.path() / "store");
    const Pixels mask_pixels = make_mask(3, 4);
    ImageOptions options;
    options.classes = Classes({{0, "nothing"}, {1, "tree"}});
    options.masks = {{"prediction", ImageMask(mask_pixels.view(), {{2, "bush"}, {3, "hedge"}})}};
    const Image image(make_picture(1), options);
    ArtifactBuilder draft = store.new_artifact("garden", "dataset");
    draft.add(image, "bed");
    const Artifact artifact = store.commit(std::move(draft));
    const auto restored = artifact.get<Image>("bed");
    REQUIRE(restored);
    REQUIRE(restored->masks().size() == 1);
    const ImageMask& mask = restored->masks()[0].second;
    CHECK(mask.pixels() == mask_pixels);
    CHECK(mask.class_labels()["2"] == "bush");
    CHECK(mask.class_labels()["3"] == "hedge");
}
