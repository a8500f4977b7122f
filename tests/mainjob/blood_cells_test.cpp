// SPDX-License-Identifier: MIT
// The main job: a Pascal VOC folder becomes a version, every third image a second artifact, and the
// second outlives the first. It runs on small pictures, and on real ones if they are present.
#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "mainjob/job.hpp"
#include "support/command.hpp"
#include "support/one_processor.hpp"
#include "support/paths.hpp"
#include "support/sample_dataset.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// The classes of both datasets, as the import numbers them.
const std::map<std::string, int> kClassIds = {{"Platelets", 1}, {"RBC", 2}, {"WBC", 3}};

std::string only(const std::string& text, const std::string& tag) {
    std::smatch match;
    REQUIRE(std::regex_search(text, match, std::regex("<" + tag + ">\\s*([^<]*?)\\s*</" + tag)));
    return match[1];
}

/// The boxes of an annotation, read without the importer.
Json expected_boxes(const std::string& xml) {
    static const std::regex object("<object>[^]*?</object>");
    Json boxes = Json::array();
    for (std::sregex_iterator found(xml.begin(), xml.end(), object), end; found != end; ++found) {
        const std::string text = found->str();
        Json box = {{"position",
                     {{"minX", std::stoi(only(text, "xmin"))},
                      {"maxX", std::stoi(only(text, "xmax"))},
                      {"minY", std::stoi(only(text, "ymin"))},
                      {"maxY", std::stoi(only(text, "ymax"))}}},
                    {"domain", "pixel"},
                    {"class_id", kClassIds.at(only(text, "name"))}};
        if (text.find("<pose>") != std::string::npos) {
            box["pose"] = only(text, "pose");
            box["truncated"] = std::stoi(only(text, "truncated"));
        }
        box["difficult"] = std::stoi(only(text, "difficult"));
        boxes.push_back(box);
    }
    return boxes;
}

Dataset read_voc(const fs::path& folder) {
    Dataset dataset;
    for (const auto& item : fs::directory_iterator(folder / "JPEGImages")) {
        const std::string stem = item.path().stem().string();
        Expected& expected = dataset[stem];
        expected.pixels = digest_of(decode_picture(as_bytes(read_file(item.path()))));
        expected.source_name = stem;
        expected.caption = stem;
        expected.class_set = Json::array({{{"id", 1}, {"name", "Platelets"}},
                                          {{"id", 2}, {"name", "RBC"}},
                                          {{"id", 3}, {"name", "WBC"}}});
        expected.boxes["ground_truth"] =
            expected_boxes(read_file(folder / "Annotations" / (stem + ".xml")));
    }
    return dataset;
}

void check_blood_cells(const fs::path& voc, std::size_t images) {
    const TemporaryDirectory directory;
    const fs::path path = directory.path() / "cells.vitrine";
    vitrine_ok({"init", path.string()});
    Json report;
    {
        // Threads that add at the same time fill one pack each. A small pack may keep more than
        // half of its objects, and then gc leaves its garbage. One thread fills one pack, so that
        // run_split_job can say what is left of it.
        const OneProcessor one;
        report = vitrine_ok({"--store", path.string(), "import", "voc", voc.string(), "blood-cells",
                             "--json"})
                     .json();
    }
    CHECK(report["images"] == images);
    CHECK(report["skipped"].empty());
    CHECK(report["version"] == "v0");

    const Dataset dataset = read_voc(voc);
    REQUIRE(dataset.size() == images);
    {
        const Artifact first = Store::open(path).artifact("blood-cells:v0");
        CHECK(first.value_paths(Image::artifact_type).size() == images);
        CHECK(first.value_paths(Classes::artifact_type).size() == 1);
        check_restored(first, dataset, "blood-cells:v0");
    }
    run_split_job(path, "blood-cells", dataset);
}

} // namespace

TEST_CASE("the main job runs on the blood cells of BCCD") {
    const auto shared = shared_dir();
    if (!shared || !fs::exists(*shared / "data" / "bccd")) {
        skip("there is no shared data/bccd");
        return;
    }
    check_blood_cells(*shared / "data" / "bccd", 364);
}

TEST_CASE("the main job runs on a small VOC folder") {
    const TemporaryDirectory directory;
    write_voc_folder(directory.path(), 10);
    check_blood_cells(directory.path(), 10);
}

TEST_CASE("importing the same folder again makes no new version") {
    const TemporaryDirectory directory;
    const fs::path voc = directory.path() / "voc";
    const fs::path store = directory.path() / "store";
    write_voc_folder(voc, 5);
    vitrine_ok({"init", store.string()});
    const std::vector<std::string> import = {"--store",    store.string(), "import", "voc",
                                             voc.string(), "cells",        "--json"};
    const Json once = vitrine_ok(import).json();
    const Json twice = vitrine_ok(import).json();
    CHECK(once["id"] == twice["id"]);
    CHECK(once["digest"] == twice["digest"]);
    CHECK(twice["version"] == "v0");
}
