// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

BoundingBoxes2D whole_box(std::int64_t class_id) {
    return BoundingBoxes2D::Builder().add(Box::from_corners(0, 0, 1, 1, class_id)).build();
}

Image plain(unsigned seed = 0, Json caption = nullptr) {
    return Image(test::sample_pixels(2, 2, PixelMode::RGB, seed), {.caption = std::move(caption)});
}

std::string short_hex(const Media& media) {
    return media.sha256().hex().substr(0, 8);
}

} // namespace

TEST_CASE("a bound image's file is named by key, step and id, printed as Python prints them") {
    struct Case {
        Json key;
        Json step;
        Json id;
        std::string_view stem; ///< "#" stands for the start of the hash
    };
    const Case cases[] = {
        {"stuff", 10, nullptr, "stuff_10_#"},
        {"a/b", 0, nullptr, "a/b_0_#"},
        {"a b", 1, nullptr, "a b_1_#"},
        {"", 3, nullptr, "_3_#"},
        {"k", "summary", nullptr, "k_summary_#"},
        {"k", -1, nullptr, "k_-1_#"},
        {"k", 1.5, nullptr, "k_1.5_#"},
        {"k", 1e22, nullptr, "k_1e+22_#"},
        {"k", nullptr, nullptr, "k_None_#"},
        {"k", true, nullptr, "k_True_#"},
        {"k", -std::numeric_limits<double>::infinity(), nullptr, "k_-inf_#"},
        {"test", 0, 0, "test_0_0"},
        {"test", 0, "abc", "test_0_abc"},
        {"test", 0, "", "test_0_"},
        {5, 5, nullptr, "5_5_#"},
        {"k.png", 5, 12, "k.png_5_12"},
        {"k:v", big_integer("99999999999999999999"), 1, "k:v_99999999999999999999_1"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.stem);
        const Image image = plain();
        std::string stem(c.stem);
        if (const auto mark = stem.find('#'); mark != std::string::npos) {
            stem.replace(mark, 1, short_hex(image));
        }
        test::MemoryRun run;
        image.bind_to_run(run, c.key, c.step, c.id);
        CHECK(image.is_bound());
        const std::string path = "media/images/" + stem + ".png";
        REQUIRE(run.files.size() == 1);
        CHECK(run.files.begin()->first == path);
        CHECK(run.files.begin()->second == image.read_file());
        CHECK(render_json(image.to_json(run), kOrderedJson) ==
              render_json(Json{{"_type", "image-file"},
                               {"path", path},
                               {"sha256", image.sha256().hex()},
                               {"size", image.size()},
                               {"format", "png"},
                               {"width", 2},
                               {"height", 2}},
                          kOrderedJson));
    }
}

TEST_CASE("boxes and masks are bound with their image, and their labels are added to the config") {
    const Image image(test::sample_pixels(2, 2),
                      {.caption = "cap",
                       .grouping = 3,
                       .boxes = {{"b1", whole_box(1)}, {"b2", whole_box(3)}},
                       .masks = {{"m1", ImageMask(parse_json(R"({"mask_data": [[4]]})"))},
                                 {"m2", ImageMask(parse_json(R"({"mask_data": [[5]]})"))}}});
    test::MemoryRun run;
    image.bind_to_run(run, "idkey", 4, 7);
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : run.files) {
        paths.push_back(path);
    }
    CHECK(paths == std::vector<std::string>{"media/images/idkey_4_7.png",
                                            "media/images/mask/idkey_4_70.mask.png",
                                            "media/images/mask/idkey_4_71.mask.png",
                                            "media/metadata/boxes2D/idkey_4_70.boxes2D.json",
                                            "media/metadata/boxes2D/idkey_4_71.boxes2D.json"});
    CHECK(
        render_json(run.config) ==
        R"({"bounding_box/class_labels": {"idkey_wandb_delimeter_b1": {"1": "class_1"}, )"
        R"("idkey_wandb_delimeter_b2": {"3": "class_3"}}, "mask/class_labels": )"
        R"({"idkey_wandb_delimeter_m1": {"4": "class_4"}, "idkey_wandb_delimeter_m2": {"5": "class_5"}}})");
    const Json json = image.to_json(run);
    std::vector<std::string> members;
    for (const auto& [name, value] : json.items()) {
        members.push_back(name);
    }
    CHECK(members == std::vector<std::string>{"_type", "path", "sha256", "size", "format", "width",
                                              "height", "grouping", "caption", "boxes", "masks"});
    CHECK(json["boxes"]["b2"]["_type"] == "boxes2D");
    CHECK(json["boxes"]["b2"]["path"] == "media/metadata/boxes2D/idkey_4_71.boxes2D.json");
    CHECK(json["masks"]["m1"]["_type"] == "mask");
    CHECK(json["masks"]["m1"]["path"] == "media/images/mask/idkey_4_70.mask.png");

    // Two images may share a group: each binds its own copy.
    const BoundingBoxes2D shared = whole_box(1);
    const Image first(test::sample_pixels(2, 2), {.boxes = {{"b", shared}}});
    const Image second(test::sample_pixels(2, 2), {.boxes = {{"b", shared}}});
    first.bind_to_run(run, "first", 0, 1);
    second.bind_to_run(run, "second", 0, 2);
    CHECK(first.to_json(run)["boxes"]["b"]["path"] ==
          "media/metadata/boxes2D/first_0_10.boxes2D.json");
    CHECK_FALSE(shared.is_bound());
}

TEST_CASE("a value that is not bound, or bound to another run, cannot be logged") {
    test::MemoryRun run;
    test::MemoryRun other("other");
    const Image image = plain();
    test::check_throws([&] { image.to_json(run); }, ErrorCode::InvalidArgument,
                       "value of type Image must be bound to a run with bind_to_run()");
    test::check_throws([&] { whole_box(1).to_json(run); }, ErrorCode::InvalidArgument,
                       "value of type BoundingBoxes2D must be bound");
    image.bind_to_run(run, "k", 0);
    test::check_throws([&] { image.to_json(other); }, ErrorCode::InvalidArgument,
                       "a file of run 'run' cannot be referred to from run 'other'");
    image.bind_to_run(other, "k", 1, 1);
    CHECK(image.to_json(other)["path"] == "media/images/k_1_1.png");
}

TEST_CASE("keys, steps and ids that are neither text nor a number are refused") {
    const Image image = plain();
    test::MemoryRun run;
    test::check_throws([&] { image.bind_to_run(run, Json::array({1}), 0); },
                       ErrorCode::InvalidArgument, "expected a number or text");
    test::check_throws([&] { image.bind_to_run(run, "k", Json::object()); },
                       ErrorCode::InvalidArgument, "got object");
    test::check_throws([&] { image.bind_to_run(run, "/abs", 0); }, ErrorCode::InvalidArgument,
                       "key '/abs' leads outside the run's folder");
    CHECK(run.files.empty());
    CHECK_FALSE(image.is_bound());
}

TEST_CASE("captions of a list are logged if the first image has one") {
    struct Case {
        std::vector<Image> images;
        std::string_view expected;
    };
    const Case cases[] = {
        {{plain()}, "false"},
        {{plain(), plain(1, "b")}, "false"},
        {{plain(0, "a"), plain()}, R"(["a", null])"},
        {{plain(0, "a"), plain(1, "b")}, R"(["a", "b"])"},
    };
    for (const Case& c : cases) {
        CHECK(render_json(Image::all_captions(c.images)) == c.expected);
        CHECK(render_json(Image::captions(c.images)) == c.expected);
    }
    test::check_throws([] { Image::all_captions({}); }, ErrorCode::InvalidArgument,
                       "at least one image");
}

TEST_CASE("lists of images are logged as one JSON") {
    const Image with_boxes(test::sample_pixels(2, 2), {.boxes = {{"p", whole_box(1)}}});
    const std::vector<Image> images{plain(0, "a"), with_boxes};
    test::MemoryRun run;
    test::check_throws([&] { Image::seq_to_json(images, run, "k", 0); }, ErrorCode::InvalidArgument,
                       "must be bound to a run");
    images[0].bind_to_run(run, "k", 0, 0);
    images[1].bind_to_run(run, "k", 0, 1);
    const std::string boxes_sha = with_boxes.boxes()[0].second.sha256().hex();
    const std::string boxes =
        R"([null, {"p": {"_type": "boxes2D", "path": "media/metadata/boxes2D/k_0_10.boxes2D.json", )"
        R"("sha256": ")" +
        boxes_sha + R"(", "size": )" + std::to_string(with_boxes.boxes()[0].second.size()) + "}}]";
    CHECK(render_json(Image::seq_to_json(images, run, "k", 0), kOrderedJson) ==
          R"({"_type": "images/separated", "width": 2, "height": 2, "format": "png", "count": 2, )"
          R"("captions": ["a", null], "all_boxes": )" +
              boxes + "}");
    CHECK(render_json(Image::all_boxes(images, run, "k", 0), kOrderedJson) == boxes);
    CHECK(Image::all_masks(images, run, "k", 0) == false);
    CHECK(Image::all_boxes({}, run, "k", 0) == false);
    CHECK(run.warnings.empty());
    test::check_throws([&] { Image::seq_to_json({}, run, "k", 0); }, ErrorCode::InvalidArgument,
                       "at least one image");
}

TEST_CASE("a restored image is logged with the names of its classes") {
    test::MemoryArtifact artifact;
    artifact.add(Image(test::sample_pixels(2, 2),
                       {.classes = Classes({{1, "tree"}}), .boxes = {{"b", whole_box(1)}}}),
                 "x");
    const auto got = artifact.source()->get("x");
    test::MemoryRun run;
    dynamic_cast<const Image&>(*got).bind_to_run(run, "k", 0);
    CHECK(render_json(run.config["bounding_box/class_labels"]) ==
          R"({"k_wandb_delimeter_b": {"1": "tree"}})");
}

} // namespace vitrine
