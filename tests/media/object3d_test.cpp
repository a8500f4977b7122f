// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/object3d.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

Object3D restored(std::string text, const std::string& name = "c.pts.json") {
    return Object3D::from_json(Json{{"path", name}},
                               test::MemorySource::make({{name, {std::move(text), {}}}}));
}

std::vector<double> numbers(const PointCloud& cloud) {
    return cloud.values;
}

} // namespace

TEST_CASE("points are written as Python writes them, number by number") {
    const std::array<float, 6> floats = {0.1F, -0.0F, 1e17F, 2, NAN, -INFINITY};
    const Object3D cloud(ArrayView(floats.data(), DType::float32, {2, 3}));
    CHECK(cloud.read_file() == R"([
    [
        0.10000000149011612,
        -0.0,
        9.999999843067494e+16
    ],
    [
        2.0,
        NaN,
        -Infinity
    ]
])");
    CHECK(cloud.file_type() == "pts.json");
    const std::array<std::int8_t, 4> whole = {-1, 2, 3, 14};
    const std::array<std::uint8_t, 3> bools = {0, 1, 2};
    struct Case {
        ArrayView array;
        std::string_view json;
    };
    const Case cases[] = {
        {{whole.data(), DType::int8, {1, 4}}, "[[-1,2,3,14]]"},
        {{bools.data(), DType::bool_, {1, 3}}, "[[false,true,true]]"},
        {{bools.data(), DType::uint8, {1, 3}, {0, -1}}, "[[0,0,0]]"},
        {{nullptr, DType::float64, {0, 3}}, "[]"},
    };
    const auto squashed = [](std::string text) {
        std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
        return text;
    };
    CHECK(squashed(Object3D(cases[0].array).read_file()) == cases[0].json);
    CHECK(squashed(Object3D(cases[1].array).read_file()) == cases[1].json);
    CHECK(squashed(Object3D(cases[3].array).read_file()) == cases[3].json);
    // Negative strides: three bytes in reverse order.
    const ArrayView backwards(bools.data() + 2, DType::uint8, {1, 3}, {3, -1});
    CHECK(squashed(Object3D(backwards).read_file()) == "[[2,1,0]]");
    CHECK(
        Object3D(backwards) ==
        Object3D::from_bytes("[\n    [\n        2,\n        1,\n        0\n    ]\n]", "pts.json"));
}

TEST_CASE("points are restored as numbers") {
    const std::array<double, 12> data = {0.1, 1e-300, 3, 1, 2, 3, -4, 5, 6, 7, 8, 255};
    for (const std::size_t columns : {3U, 4U, 6U}) {
        CAPTURE(columns);
        const ArrayView array(data.data(), DType::float64, {12 / columns, columns});
        const Object3D cloud(array);
        const PointCloud points = cloud.points();
        CHECK(points.columns == columns);
        CHECK(points.size() == 12 / columns);
        CHECK(points.values == std::vector<double>(data.begin(), data.end()));
        CHECK(points[1][0] == data.at(columns));
        CHECK(points.view().shape_text() == array.shape_text());
        CHECK(cloud.boxes() == Json::array());
        CHECK(Object3D(points.view()) == cloud);
    }
    const PointCloud none = Object3D(ArrayView(nullptr, DType::int8, {0, 6})).points();
    CHECK(none.size() == 0);
    CHECK(none.view().size() == 0);
    CHECK(numbers(restored(" [[1, true, 100000000000000000000], [NaN, -Infinity, 0]]").points())
              .at(2) == 1e20);
}

TEST_CASE("a scene is points with boxes and vectors") {
    const std::array<double, 3> point = {1, 2, 3};
    const Json boxes = parse_json(R"([{"corners": [[0, 0, 0]], "label": "\"points\": []"}])");
    const Json vectors = parse_json(R"([{"start": [0, 0, 0], "end": [0.5, 1, 1]}])");
    const Object3D scene(LidarScene{.points = ArrayView(point.data(), DType::float64, {1, 3}),
                                    .boxes = boxes,
                                    .vectors = vectors});
    const Json dictionary{{"vectors", vectors},
                          {"type", "lidar/beta"},
                          {"points", parse_json("[[1.0, 2.0, 3.0]]")},
                          {"boxes", boxes},
                          {"more", 1}};
    CHECK(scene == Object3D::from_scene(dictionary));
    CHECK(scene.points().values == std::vector<double>{1, 2, 3});
    CHECK(render_json(scene.boxes()) == render_json(boxes));
    CHECK(render_json(scene.vectors()) == render_json(vectors));
    CHECK(Object3D(LidarScene{}).read_file() == R"({
    "boxes":[],
    "points":[],
    "type":"lidar/beta",
    "vectors":[]
})");
    CHECK(Object3D::from_scene(parse_json(R"({"type": "lidar/beta"})")) == Object3D(LidarScene{}));
    CHECK(Object3D(LidarScene{}).points().size() == 0);
}

TEST_CASE("points and scenes of other forms are refused") {
    const std::array<double, 60> data{};
    const auto refused = [](const auto& make, std::string_view message) {
        test::check_throws(make, ErrorCode::InvalidArgument, message);
    };
    for (const std::vector<std::size_t>& shape : {std::vector<std::size_t>{},
                                                  {3},
                                                  {9},
                                                  {4, 2},
                                                  {4, 5},
                                                  {2, 9},
                                                  {2, 0},
                                                  {0, 5},
                                                  {2, 2, 3}}) {
        const ArrayView array(data.data(), DType::float64, shape);
        const std::string message = "got " + array.shape_text();
        refused([&] { Object3D{array}; }, message);
        refused([&] { Object3D(LidarScene{.points = array}); }, message);
    }
    refused([] { Object3D(LidarScene{.boxes = 5}); }, "'boxes': expected a list, got number");
    refused([] { Object3D(LidarScene{.vectors = "x"}); }, "'vectors': expected a list, got string");
    struct Case {
        std::string_view scene;
        std::string_view message;
    };
    for (const Case& c : {
             Case{"[]", "expected an object with a 'type' for a scene, got array"},
             Case{"{}", "expected an object with a 'type'"},
             Case{R"({"points": []})", "expected an object with a 'type'"},
             Case{R"({"type": "lidar"})", "expected a scene of type 'lidar/beta', got 'lidar'"},
             Case{R"({"type": 5})", "expected a scene of type 'lidar/beta', got number"},
             Case{R"({"type": "lidar/beta", "boxes": {}})", "'boxes': expected a list"},
             Case{R"({"type": "lidar/beta", "vectors": null})", "'vectors': expected a list"},
             Case{R"({"type": "lidar/beta", "points": 1})", "'points': expected a list"},
             Case{R"({"type": "lidar/beta", "points": [[1, 2]]})", "point 0: expected a list of 3"},
             Case{R"({"type": "lidar/beta", "points": [[1, 2, 3], [1, 2, 3, 4]]})", "point 1"},
             Case{R"({"type": "lidar/beta", "points": [[1, 2, 3], 4]})", "point 1"},
             Case{R"({"type": "lidar/beta", "points": [[1, 2, "3"]]})", "got string"},
         }) {
        CAPTURE(c.scene);
        refused([&] { Object3D::from_scene(parse_json(c.scene)); }, c.message);
    }
}

TEST_CASE("a file without points is refused when its points are read") {
    struct Case {
        std::string_view text;
        std::string_view message;
    };
    for (const Case& c : {
             Case{"", "points: invalid JSON"},
             Case{"5", "expected '['"},
             Case{"[[1, 2]]", "point 0: expected 3, 4 or 6 numbers, got 2"},
             Case{"[[]]", "expected a value"},
             Case{"[[1, 2, 3], [1, 2, 3, 4]]", "point 1: expected 3 numbers, got 4"},
             Case{"[[1, 2, 3], 4]", "expected '['"},
             Case{"[[1, 2, [3]]]", "expected a number"},
             Case{R"([[1, 2, "3"]])", "expected a number"},
             Case{"[[1, 2, null]]", "'points': expected numbers, got null"},
             Case{"[[1, 2, 3]", "expected ']'"},
             Case{"[[1, 2, 3]] x", "expected the end"},
             Case{R"({"points": 5})", "expected '['"},
             Case{R"({"boxes": [})", "invalid JSON"},
             Case{"\xff", "invalid JSON"},
         }) {
        CAPTURE(c.text);
        const Object3D cloud = restored(std::string(c.text));
        test::check_throws([&] { cloud.points(); }, ErrorCode::InvalidFormat, c.message);
    }
    // No double is as large, and 10^300 is one.
    test::check_throws(
        [] { restored("[[1, 2, " + std::string(400, '9') + "]]").points(); },
        ErrorCode::InvalidFormat,
        "'points': expected numbers that a double holds, got an integer of 400 digits");
    CHECK(restored("[[1, 2, 1" + std::string(300, '0') + "]]").points().values[2] == 1e300);
    test::check_throws([] { restored(R"({"boxes": 5})").boxes(); }, ErrorCode::InvalidFormat,
                       "boxes: 'boxes': expected a list, got number");
    test::check_throws([] { restored(std::string(2000, '[')).points(); }, ErrorCode::InvalidFormat,
                       "points");
    test::check_throws([] { restored(std::string(2000, '[')).vectors(); }, ErrorCode::InvalidFormat,
                       "vectors");
}

TEST_CASE("files of the known types are kept unchanged") {
    const test::WorkingFolder folder;
    for (const std::string_view type : Object3D::supported_types()) {
        const std::string name = "a." + std::string(type);
        CAPTURE(name);
        test::write_text(name, "content of " + name);
        const Object3D object{std::filesystem::path(name)};
        CHECK(object.file_type() == type);
        CHECK(object.read_file() == "content of " + name);
        CHECK(object == Object3D::from_bytes("content of " + name, type));
        CHECK(object.is_point_cloud() == (type == "pts.json"));
        test::MemoryArtifact artifact;
        artifact.add(object, "o");
        const auto got = artifact.source()->get("o");
        CHECK(*got == object);
        CHECK(dynamic_cast<const Object3D&>(*got).file_type() == type);
        test::MemoryRun run;
        object.bind_to_run(run, "k", 0, 0);
        CHECK(run.files.begin()->first == "media/object3D/k_0_0." + std::string(type));
        if (!object.is_point_cloud()) {
            test::check_throws([&] { object.points(); }, ErrorCode::Unsupported,
                               "has no list of points");
            test::check_throws([&] { object.boxes(); }, ErrorCode::Unsupported, "list of boxes");
        }
    }
    for (const char* name : {"a.png", "noext", "", "a.OBJ", "a.pts"}) {
        CAPTURE(name);
        test::check_throws([&] { Object3D{std::filesystem::path(name)}; },
                           ErrorCode::InvalidArgument,
                           "a 3D file of one of the types pts.json, obj");
        test::check_throws([&] { Object3D::from_bytes("", name); }, ErrorCode::InvalidArgument,
                           "expected one of the file types");
    }
    test::check_throws([] { Object3D{std::filesystem::path("gone.obj")}; }, ErrorCode::NotFound,
                       "gone.obj");
}

TEST_CASE("3D objects are logged as a list with the names of their files") {
    test::MemoryRun run;
    const std::vector<Object3D> objects = {Object3D::from_bytes("a", "obj"),
                                           Object3D(LidarScene{})};
    for (std::size_t i = 0; i < objects.size(); ++i) {
        objects[i].bind_to_run(run, "a/b", 2, i);
    }
    const Json json = Object3D::seq_to_json(objects, run, "a/b", 2);
    CHECK(json.at("_type") == "object3D");
    CHECK(render_json(json.at("filenames")) == R"(["a/b_2_0.obj", "a/b_2_1.pts.json"])");
    CHECK(json.at("count") == 2);
    CHECK(render_json(json.at("objects").at(1)) == render_json(objects[1].to_json(run)));
    std::vector<std::string> keys;
    for (const auto& item : json.items()) {
        keys.push_back(item.key());
    }
    CHECK(keys == std::vector<std::string>{"_type", "filenames", "count", "objects"});
    test::check_throws([&] { Object3D::seq_to_json({}, run, "k", 1); }, ErrorCode::InvalidArgument,
                       "at least one");
}

} // namespace vitrine
