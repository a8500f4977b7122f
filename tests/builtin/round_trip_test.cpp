// SPDX-License-Identifier: MIT
// A value of every registered type is restored from an artifact equal to the original and with its
// source. A type without a case here fails.
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/media/audio.hpp>
#include <vitrine/media/bokeh.hpp>
#include <vitrine/media/graph.hpp>
#include <vitrine/media/histogram.hpp>
#include <vitrine/media/html.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/molecule.hpp>
#include <vitrine/media/object3d.hpp>
#include <vitrine/media/plotly.hpp>
#include <vitrine/media/video.hpp>
#include <vitrine/table/joined_table.hpp>
#include <vitrine/table/partitioned_table.hpp>
#include <vitrine/table/table.hpp>

#include "core/file_system.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

struct RoundTrip {
    std::string_view type;
    std::string_view what;
    std::function<std::shared_ptr<const Value>()> make;
};

template <class T>
std::function<std::shared_ptr<const Value>()> making(std::function<T()> make) {
    return [make] { return std::make_shared<const T>(make()); };
}

Audio sound_of_file(const AudioOptions& options) {
    static const TemporaryDirectory folder;
    const auto path = folder.path() / "s.wav";
    test::write_bytes(path, "no sound");
    return Audio(path, options);
}

const std::vector<RoundTrip>& round_trips() {
    static const std::vector<RoundTrip> cases = {
        {"classes", "two classes", making<Classes>([] {
             return Classes({{1, "tree"}, {2, "car"}});
         })},
        {"classes", "none", making<Classes>([] { return Classes(Json::array()); })},
        {"classes", "further keys", making<Classes>([] {
             return Classes(parse_json(R"([{"name": "ünï", "id": 1, "color": [1, {"z": 1.5}]}])"));
         })},
        {"bounding-boxes", "no box", making<BoundingBoxes2D>([] {
             return BoundingBoxes2D(parse_json(R"({"box_data": []})"));
         })},
        {"bounding-boxes", "both positions, labels", making<BoundingBoxes2D>([] {
             return BoundingBoxes2D::Builder()
                 .label(1, "tree")
                 .add(Box::from_corners(1, 2, 3, 4, 1).pixels().caption("x"))
                 .add(Box::from_middle(0.5, 0.5, 0.1, 0.1, 2).score("acc", 0.25))
                 .build();
         })},
        {"bounding-boxes", "a box without class", making<BoundingBoxes2D>([] {
             return BoundingBoxes2D(parse_json(
                 R"({"box_data": [{"position": {"minX": 0, "maxX": 1, "minY": 0, "maxY": 1}}], "class_labels": {"1": "x"}})"));
         })},
        {"mask", "from rows", making<ImageMask>([] {
             return ImageMask(parse_json(R"({"mask_data": [[0, 1], [2, 255]]})"));
         })},
        {"image-file", "pixels alone",
         making<Image>([] { return Image(test::sample_pixels(3, 2)); })},
        {"image-file", "16 bits",
         making<Image>([] { return Image(test::sample_pixels(3, 2, PixelMode::I16)); })},
        {"image-file", "all", making<Image>([] {
             return Image(
                 test::sample_pixels(3, 2, PixelMode::RGBA),
                 {.caption = "ünï 😀",
                  .grouping = "g",
                  .classes = Classes({{1, "tree"}}),
                  .boxes = {{"b", BoundingBoxes2D(parse_json(
                                      R"({"box_data": [], "class_labels": {"1": "oak"}})"))}},
                  .masks = {{"m", ImageMask(parse_json(R"({"mask_data": [[1]]})"))}}});
         })},
        {"table", "no rows", making<Table>([] { return Table({"a"}); })},
        {"table", "every kind of cell", making<Table>([] {
             Table table({"a", "b"});
             table.add_data({1, "x"});
             table.add_data({2.5, nullptr});
             table.cast("b", ColumnType::any(), true);
             table.add_data({nullptr, Image(test::sample_pixels(3, 2))});
             table.add_data({parse_json("123456789012345678901234567890"),
                             Cell::List{Cell::Dictionary{{"k", true}}}});
             return table;
         })},
        {"html-file", "text", making<Html>([] { return Html::from_text("<p>ünï 😀</p>"); })},
        {"html-file", "nothing", making<Html>([] { return Html::from_text("", false); })},
        {"object3D-file", "points", making<Object3D>([] {
             constexpr std::array<float, 6> kPoints = {0.1F, 2, -3, 1e-5F, 1e17F, -0.0F};
             return Object3D(ArrayView(kPoints.data(), DType::float32, {2, 3}));
         })},
        {"object3D-file", "no points", making<Object3D>([] {
             return Object3D(ArrayView(nullptr, DType::int8, {0, 6}));
         })},
        {"object3D-file", "a scene", making<Object3D>([] {
             return Object3D(LidarScene{
                 .boxes = parse_json(R"([{"label": "car", "color": [1, 2, 3]}])"),
                 .vectors = parse_json(R"([{"start": [0, 0, 0], "end": [0.1, 0.2, 0.5]}])")});
         })},
        {"object3D-file", "a mesh",
         making<Object3D>([] { return Object3D::from_bytes("v 0 0 0\n", "obj"); })},
        {"molecule-file", "alone",
         making<Molecule>([] { return Molecule::from_bytes("HEADER", "pdb"); })},
        {"molecule-file", "with a caption",
         making<Molecule>([] { return Molecule::from_bytes("HEADER", "mol2", "cäption"); })},
        {"plotly-file", "a figure", making<Plotly>([] {
             return Plotly(parse_json(
                 R"({"data": [{"y": [1, NaN, 2.5], "type": "scatter"}], "layout": {"title": "ü"}})"));
         })},
        {"bokeh-file", "a document", making<Bokeh>([] {
             const TemporaryDirectory folder;
             const auto path = folder.path() / "a.bokeh.json";
             write_file_atomically(*real_file_system(), path, R"({"roots": {}})", false);
             test::MemoryArtifact artifact;
             artifact.add(Bokeh(path), "b");
             return dynamic_cast<const Bokeh&>(*artifact.source()->get("b"));
         })},
        {"graph-file", "nodes and edges", making<Graph>([] {
             return Graph::Builder("torch")
                 .add_node({.id = 1, .name = "n", .size = Json::array({1, 2})})
                 .add_node({.id = "b"})
                 .add_edge(1, "b")
                 .build();
         })},
        {"graph-file", "nothing", making<Graph>([] { return Graph::Builder().build(); })},
        {"histogram", "of numbers", making<Histogram>([] {
             return Histogram(std::vector<double>{1, 2, 2.5}, 4);
         })},
        {"histogram", "of bins", making<Histogram>([] {
             return Histogram::from_bins(parse_json("[1, 2]"), parse_json("[3, 10, 20.5]"));
         })},
        {"video-file", "frames, with caption", making<Video>([] {
             const std::vector<std::uint8_t> frames(2 * 3 * 2 * 4, 5);
             return Video(ArrayView(frames.data(), DType::uint8, {2, 3, 2, 4}),
                          {.caption = "ünï 😀"});
         })},
        {"video-file", "bytes alone",
         making<Video>([] { return Video::from_bytes("no video", {.format = "webm"}); })},
        {"audio-file", "a file, with all",
         making<Audio>([] { return sound_of_file({.sample_rate = 44100, .caption = "ünï 😀"}); })},
        {"audio-file", "a file alone", making<Audio>([] { return sound_of_file({}); })},
        {"joined-table", "tables given as objects", making<JoinedTable>([] {
             return JoinedTable(Table({"a", "b"}, {{1, "x"}}), Table({"c"}, {{1}, {2}}),
                                Json::array({"a", "c"}));
         })},
        {"joined-table", "a column named by an integer", making<JoinedTable>([] {
             return JoinedTable(Table({7}, {{"x"}}), Table({8, 7}, {{1, "x"}}),
                                Json::array({7, 7}));
         })},
        {"partitioned-table", "no parts",
         making<PartitionedTable>([] { return PartitionedTable("parts/ünï"); })},
    };
    return cases;
}

} // namespace

TEST_CASE("every registered type has a round trip") {
    for (const ValueType& type : builtin_types().type_mapping()) {
        CAPTURE(type.type);
        CHECK(
            std::ranges::any_of(round_trips(), [&](const auto& c) { return c.type == type.type; }));
    }
}

TEST_CASE("every type is restored from an artifact unchanged") {
    for (const RoundTrip& c : round_trips()) {
        CAPTURE(c.type);
        CAPTURE(c.what);
        const auto value = c.make();
        CHECK(value->type() == c.type);
        test::MemoryArtifact artifact;
        const Json json = artifact.add(*value, "x");
        const auto source = artifact.source();
        // Types without a suffix of their own are found by the whole name.
        const std::string name = test::MemoryArtifact::path_of(*value, "x");
        const std::string short_name = name == "x.json" ? name : "x";
        const auto got = source->get(short_name);
        REQUIRE(got);
        CHECK(got->type() == c.type);
        CHECK(*got == *value);
        CHECK(*value == *got);
        REQUIRE(got->artifact_source());
        CHECK(got->artifact_source()->name == short_name);
        CHECK(got->artifact_source()->artifact == source);
        // The restored value is written again byte for byte, with the same files and notes.
        test::MemoryArtifact again;
        again.add(*got, "x");
        REQUIRE(again.entries().size() == artifact.entries().size());
        for (const auto& item : artifact.entries()) {
            const std::string& path = item.first;
            CAPTURE(path);
            REQUIRE(again.entries().contains(path));
            CHECK(again.entries().at(path).bytes == item.second.bytes);
            CHECK(render_json(again.entries().at(path).notes) == render_json(item.second.notes));
        }
    }
}

} // namespace vitrine
