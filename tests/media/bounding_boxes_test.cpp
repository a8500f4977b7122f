// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/bounding_boxes.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vitrine {

namespace {

BoundingBoxes2D boxes_of(std::string_view text) {
    return BoundingBoxes2D(parse_json(text));
}

std::string with_position(std::string_view rest) {
    return R"({"box_data": [{"position": {"minX": 0, "maxX": 1, "minY": 0, "maxY": 1}, )" +
           std::string(rest) + "}]}";
}

} // namespace

TEST_CASE("a box is built as W&B's dictionary") {
    struct Case {
        Box box;
        std::string_view json;
    };
    const Case cases[] = {
        {Box::from_corners(0.1, 0.2, 0.3, 1, 5),
         R"({"position": {"minX": 0.1, "maxX": 0.3, "minY": 0.2, "maxY": 1.0}, "class_id": 5})"},
        {Box::from_corners(10, 20, 30.5, 40, 1).pixels().caption("tall").score("acc", 0.9),
         R"({"position": {"minX": 10, "maxX": 30.5, "minY": 20, "maxY": 40}, "class_id": 1, )"
         R"("domain": "pixel", "box_caption": "tall", "scores": {"acc": 0.9}})"},
        {Box::from_middle(0.5, 0.25, 0.1, 0.2, -1),
         R"({"position": {"middle": [0.5, 0.25], "width": 0.1, "height": 0.2}, "class_id": -1})"},
        {Box::from_middle(5, 6, 7, 8, 0).score("a", 1).score("b", 2).pixels().pixels(),
         R"({"position": {"middle": [5, 6], "width": 7, "height": 8}, "class_id": 0, )"
         R"("scores": {"a": 1.0, "b": 2.0}, "domain": "pixel"})"},
    };
    for (const Case& c : cases) {
        CHECK(render_json(c.box.json(), kOrderedJson) == c.json);
        CHECK(BoundingBoxes2D::Builder().add(c.box).build().count() == 1);
    }
}

TEST_CASE("the builder makes the same boxes as W&B's dictionary") {
    const auto built = BoundingBoxes2D::Builder()
                           .label(1, "tree")
                           .add(Box::from_corners(0.1, 0.3, 0.2, 0.4, 1))
                           .build();
    const auto given = boxes_of(
        R"({"box_data": [{"position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}, )"
        R"("class_id": 1}], "class_labels": {"1": "tree"}})");
    CHECK(built == given);
    CHECK(built.has_class_labels());
    CHECK(built.sha256() == given.sha256());
}

TEST_CASE("default class labels are those of the sorted distinct ids") {
    const auto boxes = BoundingBoxes2D::Builder()
                           .add(Box::from_corners(0, 0, 1, 1, 10))
                           .add(Box::from_corners(0, 0, 1, 1, 9))
                           .add(Box::from_corners(0, 0, 1, 1, -5))
                           .add(Box::from_corners(0, 0, 1, 1, 9))
                           .build();
    CHECK_FALSE(boxes.has_class_labels());
    CHECK(render_json(boxes.class_labels(), kOrderedJson) ==
          R"({"-5": "class_-5", "9": "class_9", "10": "class_10"})");
}

TEST_CASE("boxes that W&B accepts are accepted") {
    const std::string cases[] = {
        R"({"box_data": []})",
        R"({"zz": 1, "box_data": [], "aa": [null, true]})",
        with_position(R"("class_id": true)"),
        with_position(R"("class_id": 1, "scores": {})"),
        with_position(R"("class_id": 1, "box_caption": "")"),
        with_position(R"("class_id": 1, "scores": {"a": true, "b": NaN}, "own key": [1])"),
        R"({"box_data": [{"position": {"middle": ["a", "b"], "width": 1, "height": 1}, "class_id": 1}]})",
        R"({"box_data": [{"position": {"minX": NaN, "maxX": Infinity, "minY": -0.0, "maxY": 1e+22}, "class_id": 1}]})",
        R"({"box_data": [{"position": {"minX": 0, "maxX": 1, "minY": 0, "maxY": 1}}], "class_labels": {"1": "x"}})",
        R"({"box_data": [], "class_labels": {}})",
        R"({"box_data": [], "class_labels": {"1.5": "x", "-2": "y"}})",
    };
    for (const std::string& text : cases) {
        CAPTURE(text);
        const auto boxes = boxes_of(text);
        CHECK(boxes.read_file() == text);
        CHECK(render_json(boxes.box_data()) == render_json(parse_json(text)["box_data"]));
    }
}

TEST_CASE("boxes that W&B refuses are refused with a reason") {
    struct Case {
        std::string json;
        std::string_view message;
    };
    constexpr std::string_view kPosition = "box 0: expected a box with a position";
    const Case cases[] = {
        {"[]", "expected an object with 'box_data', got array"},
        {"null", "got null"},
        {"{}", "'box_data' is missing"},
        {R"({"box_data": 5})", "expected a list of boxes, got number"},
        {R"({"box_data": "abc"})", "expected a list of boxes, got string"},
        {R"({"box_data": [{}]})", kPosition},
        {R"({"box_data": [5]})", kPosition},
        {R"({"box_data": [{"position": {}, "class_id": 1}]})", kPosition},
        {R"({"box_data": [{"position": null, "class_id": 1}]})", kPosition},
        {R"({"box_data": [{"position": {"middle": [0.5], "width": 1, "height": 1}}]})", kPosition},
        {R"({"box_data": [{"position": {"middle": [0.5, 1], "width": 1}}]})", kPosition},
        {R"({"box_data": [{"position": {"middle": [0.5, 1], "width": "1", "height": 1}}]})",
         kPosition},
        {R"({"box_data": [{"position": {"middle": 5, "width": 1, "height": 1}}]})", kPosition},
        {R"({"box_data": [{"position": {"minX": 1, "maxX": 2, "minY": 3}}]})", kPosition},
        {R"({"box_data": [{"position": {"minX": "1", "maxX": 2, "minY": 3, "maxY": 4}}]})",
         kPosition},
        {R"({"box_data": [{"position": {"minX": null, "maxX": 2, "minY": 3, "maxY": 4}}]})",
         kPosition},
        {with_position(R"("class_id": 1, "scores": [1])"),
         "expected an object of box scores, got array"},
        {with_position(R"("class_id": 1, "scores": null)"), "expected an object of box scores"},
        {with_position(R"("class_id": 1, "scores": {"a": "x"})"),
         "expected a number as a box score, got string for 'a'"},
        {with_position(R"("class_id": 1, "scores": {"a": null})"),
         "expected a number as a box score"},
        {with_position(R"("class_id": "1")"), "'class_id': expected an integer, got string"},
        {with_position(R"("class_id": 1.0)"), "'class_id': expected an integer"},
        {with_position(R"("class_id": null)"), "'class_id': expected an integer"},
        {with_position(R"("x": 1)"), "box 0: 'class_id' is missing"},
        {with_position(R"("class_id": 1, "box_caption": 5)"), "'box_caption': expected text"},
        {with_position(R"("class_id": 1, "box_caption": null)"), "'box_caption': expected text"},
        {R"({"box_data": [], "class_labels": [1]})", "expected class labels as an object"},
        {R"({"box_data": [], "class_labels": null})", "expected class labels as an object"},
        {R"({"box_data": [], "class_labels": {"1": 2}})",
         "expected class labels as an object of numbers to text, got number for '1'"},
        {R"({"box_data": [], "class_labels": {"tree": "x"}})", "got the key 'tree'"},
        // The order of the checks: labels before boxes, position before the rest.
        {R"({"box_data": [{}], "class_labels": 5})", "class labels"},
        {R"({"box_data": [{"position": {}, "scores": 5}]})", kPosition},
        {with_position(R"("class_id": "x", "scores": 5)"), "box scores"},
        {with_position(R"("box_caption": 5, "class_id": "x")"), "class_id"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        test::check_throws([&] { boxes_of(c.json); }, ErrorCode::InvalidArgument, c.message);
    }
}

TEST_CASE("boxes alone are stored in an artifact as a list and restored with their labels") {
    const auto boxes = boxes_of(
        R"({"box_data": [{"position": {"minX": 0, "maxX": 1, "minY": 0, "maxY": 1}}], "class_labels": {"1": "tree"}})");
    test::MemoryArtifact artifact;
    CHECK(render_json(artifact.add(boxes, "b")) ==
          R"([{"position": {"maxX": 1, "maxY": 1, "minX": 0, "minY": 0}}])");
    CHECK(artifact.entries().size() == 1);
    const auto got = artifact.source()->get("b");
    REQUIRE(got);
    const auto* restored = dynamic_cast<const BoundingBoxes2D*>(got.get());
    REQUIRE(restored != nullptr);
    CHECK(*restored == boxes);
    CHECK(restored->has_class_labels());
    CHECK(render_json(restored->class_labels()) == R"({"1": "tree"})");
}

TEST_CASE("boxes alone are logged to a run as a file with their labels in the config") {
    const BoundingBoxes2D boxes(parse_json(with_position(R"("class_id": 1)")), "k");
    test::MemoryRun run;
    boxes.bind_to_run(run, "alone", 0);
    const std::string path =
        "media/metadata/boxes2D/alone_0_" + boxes.sha256().hex().substr(0, 8) + ".boxes2D.json";
    REQUIRE(run.files.contains(path));
    CHECK(run.files[path] == with_position(R"("class_id": 1)"));
    CHECK(boxes.to_json(run)["_type"] == "boxes2D");
    CHECK(boxes.to_json(run)["path"] == path);
    CHECK(render_json(run.config) ==
          R"({"bounding_box/class_labels": {"alone_wandb_delimeter_k": {"1": "class_1"}}})");
}

} // namespace vitrine
