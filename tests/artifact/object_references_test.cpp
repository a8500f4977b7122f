// SPDX-License-Identifier: MIT
// The round trips of W&B's standalone test for references between artifacts
// (standalone_tests/artifact_object_reference_test.py), one test each.
#include <vitrine/vitrine.hpp>

#include "artifact/store_fixture.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace vitrine;
using test::Paths;
using test::paths_of;

/// A working folder with a store of the built-in types.
struct References {
    test::WorkingFolder folder;
    Store store = Store::create("s", {.durability = Durability::fast});

    ArtifactBuilder draft(const std::string& name) const {
        return store.new_artifact(name, "dataset");
    }
    Artifact commit(ArtifactBuilder draft) const { return store.commit(std::move(draft)); }
    std::uint64_t objects() const { return store.stats().objects; }
};

const Classes kClasses({{1, "tree"}, {2, "car"}, {3, "road"}});

Image image(const std::string& path = "test.png", unsigned seed = 0) {
    test::write_png(path, 6, 4, seed);
    const auto boxes = [] {
        return BoundingBoxes2D::Builder()
            .add(Box::from_corners(0.1, 0.3, 0.2, 0.4, 1).caption("minMax").score("acc", 0.1))
            .add(Box::from_corners(0.1, 0.3, 0.2, 0.4, 2).caption("minMax").score("acc", 0.1))
            .build();
    };
    return Image(path, {.classes = kClasses,
                        .boxes = {{"predictions", boxes()}, {"ground_truth", boxes()}},
                        .masks = {{"predictions",
                                   ImageMask(parse_json(R"({"mask_data": [[0, 1], [2, 3]]})"))}}});
}

Object3D point_cloud() {
    static const float points[] = {0, 0, 0, 1, 0, 0, 1, 1, 1, 13, 0, 1, 0, 14, 0, 1, 1, 1};
    return Object3D(ArrayView(points, DType::float32, {3, 6}));
}

Html html() {
    return Html::from_text("<p>Embedded</p><iframe src='https://example.org'></iframe>");
}

Video video() {
    static const std::uint8_t frames[2 * 3 * 4 * 4] = {};
    return Video(ArrayView(frames, DType::uint8, {2, 3, 4, 4}));
}

/// A file of its own, so that this runs in a build without libsndfile, too.
Audio audio(const std::string& path = "sound.wav") {
    test::write_bytes(path, "RIFF, as far as this test is concerned");
    return Audio(path, {.sample_rate = 44100, .caption = "four forty"});
}

Table table() {
    Table made({"class_id", "id", "bool", "int", "float", "Image", "Clouds", "HTML", "Audio"});
    made.add_data({1, "string", true, 1, 1.4, image(), point_cloud(), html(), audio()});
    made.add_data({3, "string2", false, 0, -1.4, image("test2.png", 1), point_cloud(), html(),
                   audio("second.wav")});
    made.cast("class_id", ColumnType::class_ids(kClasses));
    return made;
}

/// An object goes from `one` to `two` to `three`, by reference each time: it stays equal, nothing
/// is written again, and only the first artifact's files are used.
template <class T>
void check_referential_equality(const std::function<T()>& make) {
    const References references;
    const T original = make(); // where its files are to lie
    auto one = references.draft("one");
    one.add(original, "obj");
    const Artifact first = references.commit(std::move(one));
    const auto objects = references.objects();

    const auto middle_value = first.get<T>("obj");
    REQUIRE(middle_value);
    CHECK(*middle_value == original);
    auto two = references.draft("two");
    const Entry entry = two.add(*middle_value, "obj2");
    CHECK(entry.ref.value_or("").ends_with("/obj." + std::string(T::artifact_type) + ".json"));
    const Artifact second = references.commit(std::move(two));
    CHECK(second.manifest().size() == 1);

    const auto down_value = second.get<T>("obj2");
    REQUIRE(down_value);
    CHECK(*down_value == original);
    auto three = references.draft("three");
    CHECK(three.add(*down_value, "obj3").ref == entry.ref);
    const Artifact third = references.commit(std::move(three));
    CHECK(third.manifest().size() == 1);
    CHECK(*third.get<T>("obj3") == original);
    // The one entry of `two` and `three` is the object that `one` has.
    CHECK(references.objects() == objects);

    // It works after the artifacts that it came from are gone.
    references.store.remove("one:*");
    references.store.remove("two:*");
    references.store.gc();
    CHECK(*references.store.artifact("three:latest").get<T>("obj3") == original);
}

} // namespace

TEST_CASE("a reference by URL leads to the file of the first artifact, through three") {
    const References references;
    auto one = references.draft("upstream");
    one.add_bytes("the file", "file.txt");
    const Artifact first = references.commit(std::move(one));
    auto two = references.draft("middle");
    two.add_reference(first.get_path("file.txt").ref_url(), "middle.txt");
    const Artifact second = references.commit(std::move(two));
    auto three = references.draft("downstream");
    const auto entries =
        three.add_reference(second.get_path("middle.txt").ref_url(), "downstream.txt");
    REQUIRE(entries.size() == 1);
    CHECK(entries.front().ref == first.get_path("file.txt").ref_url());
    const Artifact third = references.commit(std::move(three));
    CHECK(third.get_path("downstream.txt").read() == "the file");
    third.download("down");
    CHECK(std::filesystem::file_size("down/downstream.txt") == 8);
}

TEST_CASE("a reference by entry does the same") {
    const References references;
    auto one = references.draft("upstream");
    one.add_bytes("the file", "file.txt");
    const Artifact first = references.commit(std::move(one));
    auto two = references.draft("middle");
    two.add_reference(first.get_path("file.txt"), "middle.txt");
    const Artifact second = references.commit(std::move(two));
    auto three = references.draft("downstream");
    CHECK(three.add_reference(second.get_path("middle.txt"), "downstream.txt").ref ==
          first.get_path("file.txt").ref_url());
    CHECK(references.commit(std::move(three)).get_path("downstream.txt").read() == "the file");
}

TEST_CASE("a value is added by object and got by name") {
    const References references;
    auto one = references.draft("upstream");
    one.add(image(), "I1");
    const Artifact first = references.commit(std::move(one));
    auto two = references.draft("downstream");
    two.add(*first.get("I1"), "T2");
    const Artifact second = references.commit(std::move(two));
    CHECK(paths_of(second.manifest()) == Paths{"T2.image-file.json"});
    CHECK(*second.get<Image>("T2") == image());
    CHECK(*second.get("T2.image-file.json") == image());
    CHECK(second.get("T1") == nullptr);
}

TEST_CASE("an image goes by reference, and its folder holds what the reference leads to") {
    const References references;
    auto one = references.draft("image_data");
    one.add(image(), "image");
    const Artifact first = references.commit(std::move(one));
    auto two = references.draft("reference_data");
    two.add(*first.get<Image>("image"), "image_2");
    const Artifact second = references.commit(std::move(two));
    second.download("down");
    CHECK(std::filesystem::exists("down/image_2.image-file.json"));
    CHECK(*second.get<Image>("image_2") == *first.get<Image>("image"));
}

TEST_CASE("an image of another artifact in a new table brings references to its files") {
    const References references;
    auto one = references.draft("image_data");
    one.add(image(), "image");
    const Artifact first = references.commit(std::move(one));
    const Table nested({"image"}, {{*first.get<Image>("image")}});
    auto two = references.draft("reference_data");
    two.add(nested, "table_2");
    const Artifact second = references.commit(std::move(two));
    for (const Entry& entry : second.manifest().entries()) {
        CAPTURE(entry.path.str());
        CHECK(entry.ref.has_value() == (entry.path.str() != "table_2.table.json"));
    }
    const auto back = second.get<Table>("table_2");
    CHECK(*back == nested);
    CHECK(*back->cell(0, "image").as<Image>() == image());
}

TEST_CASE("slices of a table are new tables that refer to the same files") {
    const References references;
    auto one = references.draft("table_data");
    one.add(table(), "table");
    const Artifact first = references.commit(std::move(one));
    const auto upstream = first.get<Table>("table");
    CHECK(*upstream == table());
    auto two = references.draft("intermediate_data");
    two.add(upstream->slice(0, 1), "table1");
    two.add(upstream->slice(1, 2), "table2");
    const Artifact second = references.commit(std::move(two));
    for (const Entry& entry : second.manifest().entries("media")) {
        CAPTURE(entry.path.str());
        CHECK(entry.ref.has_value());
    }
    auto three = references.draft("reference_data");
    for (const char* name : {"table1", "table2"}) {
        const auto slice = second.get<Table>(name);
        CHECK(slice->nrows() == 1);
        three.add(slice->slice(0, 1), name);
    }
    const Artifact third = references.commit(std::move(three));
    CHECK(third.digest() == second.digest());
    references.store.remove("table_data:*");
    references.store.remove("intermediate_data:*");
    references.store.gc();
    const auto last = references.store.artifact("reference_data:latest").get<Table>("table2");
    CHECK(last->cell(0, "Image").as<Image>()->pixels() == image("test2.png", 1).pixels());
    CHECK(*last->cell(0, "Audio").as<Audio>() == audio("second.wav"));
    CHECK(last->row(0).cells() == table().row(1).cells());
}

TEST_CASE("every kind of value stays itself through two references") {
    SUBCASE("image") {
        check_referential_equality<Image>([] { return image(); });
    }
    SUBCASE("point cloud") {
        check_referential_equality<Object3D>(point_cloud);
    }
    SUBCASE("HTML") {
        check_referential_equality<Html>(html);
    }
    SUBCASE("video") {
        check_referential_equality<Video>(video);
    }
    SUBCASE("audio") {
        check_referential_equality<Audio>([] { return audio(); });
    }
    SUBCASE("table") {
        check_referential_equality<Table>(table);
    }
    SUBCASE("class set") {
        check_referential_equality<Classes>([] { return kClasses; });
    }
    SUBCASE("mask") {
        check_referential_equality<ImageMask>(
            [] { return ImageMask(parse_json(R"({"mask_data": [[0, 1], [2, 3]]})")); });
    }
    SUBCASE("boxes") {
        check_referential_equality<BoundingBoxes2D>([] {
            return BoundingBoxes2D(parse_json(
                R"({"box_data": [{"position": {"minX": 0, "maxX": 1, "minY": 0, "maxY": 1}, "class_id": 1}]})"));
        });
    }
}

namespace {

/// Two tables with the column "id" and a value each.
Table source_table() {
    return Table({"id", "src"}, {{"1", point_cloud()}, {"2", point_cloud()}});
}
Table truths() {
    return Table({"id", "truth"}, {{"1", html()}, {"2", html()}});
}

void check_joined(const Artifact& artifact, std::string_view name) {
    const auto joined = artifact.get<JoinedTable>(name);
    REQUIRE(joined);
    std::size_t rows = 0;
    for (const JoinedRow& row : joined->rows()) {
        CHECK(row.row1["id"] == row.row2["id"]);
        CHECK(*row.row1["src"].as<Object3D>() == point_cloud());
        CHECK(*row.row2["truth"].as<Html>() == html());
        ++rows;
    }
    CHECK(rows == 2);
}

} // namespace

TEST_CASE("a joined table by object brings its tables") {
    const References references;
    auto one = references.draft("joined");
    one.add(JoinedTable(source_table(), truths(), "id"), "jt");
    const Artifact first = references.commit(std::move(one));
    check_joined(first, "jt");
    check_referential_equality<JoinedTable>(
        [] { return JoinedTable(source_table(), truths(), "id"); });
}

TEST_CASE("a joined table of tables of other artifacts refers to them") {
    const References references;
    auto one = references.draft("src");
    one.add(source_table(), "src");
    const Artifact src = references.commit(std::move(one));
    auto two = references.draft("truth");
    two.add(truths(), "truth");
    const Artifact truth = references.commit(std::move(two));
    auto three = references.draft("joined");
    three.add(JoinedTable(*src.get<Table>("src"), *truth.get<Table>("truth"), "id"), "jt");
    const Artifact joined = references.commit(std::move(three));
    CHECK(joined.manifest().find("src.table.json")->ref ==
          src.get_path("src.table.json").ref_url());
    CHECK(joined.manifest().find("truth.table.json")->ref ==
          truth.get_path("truth.table.json").ref_url());
    CHECK(joined.manifest().size() == 3);
    check_joined(joined, "jt");
}

TEST_CASE("a joined table by path joins tables of its own artifact") {
    const References references;
    auto draft = references.draft("joined");
    draft.add(source_table(), "src");
    draft.add(truths(), "truth");
    draft.add(JoinedTable("src.table.json", "truth.table.json", "id"), "jt");
    const Artifact first = references.commit(std::move(draft));
    check_joined(first, "jt");

    // The same out of another artifact: entries that are referred to, and joined by their paths.
    auto down = references.draft("down");
    down.add(*first.get<JoinedTable>("jt"), "jt_2");
    const Artifact second = references.commit(std::move(down));
    CHECK(second.manifest().size() == 1);
    check_joined(second, "jt_2");
}

TEST_CASE("a picture that was added under a path of the user's choice keeps it downstream") {
    const References references;
    const Image picture = image();
    auto one = references.draft("artifact_1");
    one.add_file("test.png", "images/sample.png");
    one.add(Table({"image"}, {{picture}, {image("test2.png", 1)}}), "table");
    const Artifact first = references.commit(std::move(one));
    CHECK_FALSE(first.manifest().find("media/images/test.png"));
    const auto read = first.get<Table>("table");
    auto two = references.draft("artifact_2");
    two.add(Table({"image"}, {{Image(*read->cell(0, 0).as<Image>(), {})},
                              {Image(*read->cell(1, 0).as<Image>(), {})}}),
            "table");
    const Artifact second = references.commit(std::move(two));
    const auto entry = second.manifest().find("images/sample.png");
    REQUIRE(entry);
    CHECK(entry->ref == first.get_path("images/sample.png").ref_url());
    CHECK(second.get<Table>("table")->cell(0, 0).as<Image>()->pixels() == picture.pixels());
}

TEST_CASE("a partitioned table reads its parts as one") {
    const References references;
    auto draft = references.draft("parts");
    draft.add(Table({"a", "b"}, {{1, "x"}}), "parts/1");
    draft.add(Table({"a", "b"}, {{2, "y"}, {3, "z"}}), "parts/2");
    draft.add(PartitionedTable("parts"), "all");
    const Artifact artifact = references.commit(std::move(draft));
    const auto all = artifact.get<PartitionedTable>("all");
    REQUIRE(all);
    std::vector<std::int64_t> numbers;
    for (const TableRow& row : all->rows()) {
        numbers.push_back(row["a"].integer());
    }
    CHECK(numbers == std::vector<std::int64_t>{1, 2, 3});
}

TEST_CASE("a folder for W&B tells of tables that its SDK would cut") {
    const References references;
    auto draft = references.draft("tables");
    Table large({"n"});
    for (std::size_t i = 0; i <= Table::MAX_ARTIFACT_ROWS; ++i) {
        large.add_data({i});
    }
    draft.add(large, "large");
    draft.add(large.slice(0, 3), "small");
    const Artifact artifact = references.commit(std::move(draft));
    CHECK(artifact.checkout("plain").warnings.empty());
    const CheckoutReport report = artifact.checkout("whole", {.self_contained = true});
    CHECK(report.warnings ==
          Paths{"'large.table.json' has 200001 rows; the SDK of W&B keeps 200000 when it writes a "
                "table"});
    const Artifact back = Artifact::open_directory("whole");
    CHECK(back.get<Table>("large")->nrows() == 200001);
}
