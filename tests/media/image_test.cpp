// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

const Classes& classes() {
    static const Classes all({{1, "tree"}, {2, "car"}, {3, "road"}});
    return all;
}

BoundingBoxes2D one_box(std::int64_t class_id) {
    return BoundingBoxes2D::Builder().add(Box::from_corners(0.1, 0.3, 0.2, 0.4, class_id)).build();
}

ImageMask small_mask(const std::vector<ClassLabel>& labels = {}) {
    const std::array<std::uint8_t, 4> data{0, 1, 2, 3};
    return ImageMask(ArrayView(data.data(), DType::uint8, {2, 2}), labels);
}

Image restored(const test::MemoryArtifact& artifact, std::string_view name) {
    const auto value = artifact.source()->get(name);
    REQUIRE(value);
    const auto* image = dynamic_cast<const Image*>(value.get());
    REQUIRE(image != nullptr);
    return *image;
}

} // namespace

TEST_CASE("an image from a file keeps that file, and its format is the file's extension") {
    struct Case {
        std::string_view name;
        std::string_view format;
    };
    const Case cases[] = {
        {"a.png", "png"}, {"B.PNG", "PNG"}, {"c.jpg", "jpg"},        {"noext", ""},
        {".png", ""},     {"dot.", ""},     {"two.dots.png", "png"}, {"ünï 😀.png", "png"},
    };
    const TemporaryDirectory folder;
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const auto path = test::write_png(folder.path() / c.name, 6, 5);
        const Image image(path);
        CHECK(image.format() == c.format);
        CHECK(image.width() == 6);
        CHECK(image.height() == 5);
        CHECK(image.read_file() == read_file(path));
        CHECK(image.sha256() == sha256_of_file(path));
        CHECK(image.size() == std::filesystem::file_size(path));
        CHECK(image.pixels() == test::sample_pixels(6, 5));
        CHECK(image.file_is_set());
        CHECK_FALSE(image.is_bound());

        test::MemoryArtifact artifact;
        const Json json = artifact.add(image, "x");
        const std::string place =
            "media/images/" + image.sha256().hex().substr(0, 8) + "/" + std::string(c.name);
        CHECK(json["path"] == place);
        CHECK(artifact.entries().at(place).bytes == read_file(path));
    }
}

TEST_CASE("the members of an image's JSON are in W&B's order") {
    const Pixels pixels = test::sample_pixels(2, 2);
    const Image image(pixels, {.caption = "c",
                               .grouping = 3,
                               .classes = classes(),
                               .boxes = {{"z", one_box(1)}, {"a", one_box(2)}},
                               .masks = {{"m", small_mask()}}});
    test::MemoryArtifact artifact;
    const Json json = artifact.add(image, "x");
    const std::string md5 = digests_of(image.read_file()).md5.hex().substr(0, 8);
    const std::string mask_md5 =
        digests_of(image.masks()[0].second.read_file()).md5.hex().substr(0, 8);
    const std::string box =
        R"([{"position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}, "class_id": )";
    CHECK(
        render_json(json, kOrderedJson) ==
        R"({"path": "media/images/)" + md5 +
            R"(.png", "_type": "image-file", "format": "png", "width": 2, "height": 2, )"
            R"("grouping": 3, "caption": "c", "classes": {"type": "classes-file", "path": )"
            R"("media/cls.classes.json", "digest": "IogZCn18YNcH4qGkGiGTig=="}, "boxes": {"z": )" +
            box + R"(1}], "a": )" + box + R"(2}]}, "masks": {"m": {"path": "media/images/mask/)" +
            mask_md5 + R"(.mask.png", "_type": "mask"}}})");
    CHECK(artifact.entries().size() == 4);
}

TEST_CASE("empty and false members are left out of the JSON") {
    const Pixels pixels = test::sample_pixels(2, 2);
    const Json nothing[] = {nullptr, "", 0, 0.0, false, Json::array(), Json::object()};
    for (const Json& value : nothing) {
        const Image image(pixels, {.caption = value, .grouping = value});
        test::MemoryArtifact artifact;
        const Json json = artifact.add(image, "x");
        CAPTURE(json.dump());
        CHECK(json.size() == 5);
        CHECK(restored(artifact, "x") == image);
    }
    const Json something[] = {"c", 5, -1.5, true, Json::array({"a", "b"}), Json{{"k", nullptr}}};
    for (const Json& value : something) {
        const Image image(pixels, {.caption = value, .grouping = value});
        test::MemoryArtifact artifact;
        const Json json = artifact.add(image, "x");
        CHECK(json["caption"] == value);
        CHECK(json["grouping"] == value);
        CHECK(restored(artifact, "x") == image);
        CHECK(restored(artifact, "x").caption() == value);
    }
}

TEST_CASE("arrays of every shape become the picture that W&B makes of them") {
    std::vector<std::uint8_t> data(24);
    for (std::size_t i = 0; i < data.size(); ++i) {
        data[i] = static_cast<std::uint8_t>(10 * i + 2);
    }
    struct Case {
        std::vector<std::size_t> shape;
        std::string mode;
        PixelMode expected;
        std::uint32_t width;
        std::uint32_t height;
    };
    const Case cases[] = {
        {{4, 6}, "", PixelMode::L, 6, 4},           {{4, 6, 1}, "", PixelMode::L, 6, 4},
        {{2, 4, 3}, "", PixelMode::RGB, 4, 2},      {{2, 3, 4}, "", PixelMode::RGBA, 3, 2},
        {{1, 8, 3}, "", PixelMode::L, 3, 8}, // squeezed: 8 rows of 3
        {{8, 1, 3}, "", PixelMode::L, 3, 8},        {{1, 4, 6}, "", PixelMode::L, 6, 4},
        {{1, 2, 4, 3}, "", PixelMode::RGB, 4, 2},   {{4, 6}, "L", PixelMode::L, 6, 4},
        {{2, 6, 2}, "LA", PixelMode::LA, 6, 2},     {{2, 4, 3}, "RGB", PixelMode::RGB, 4, 2},
        {{2, 3, 4}, "RGBA", PixelMode::RGBA, 3, 2},
    };
    for (const Case& c : cases) {
        CAPTURE(c.mode);
        const ArrayView view(data.data(), DType::uint8, c.shape);
        CAPTURE(view.shape_text());
        const Image image(view, {.mode = c.mode});
        CHECK(image.width() == c.width);
        CHECK(image.height() == c.height);
        CHECK(image.format() == "png");
        CHECK(image.pixels() == Pixels{c.width, c.height, c.expected, data});
    }
}

TEST_CASE("a BGR picture is read and written") {
    // Two pixels, blue and orange, as OpenCV holds them.
    const std::array<std::uint8_t, 6> bgr{255, 0, 0, 0, 128, 255};
    const Image image(ArrayView(bgr.data(), DType::uint8, {1, 2, 3}),
                      {.channels = ChannelOrder::bgr});
    CHECK(image.width() == 2);
    CHECK(image.height() == 1);
    CHECK(image.pixels().bytes == std::vector<std::uint8_t>{0, 0, 255, 255, 128, 0});
    CHECK(image.pixels(ChannelOrder::rgb) == image.pixels());
    CHECK(image.pixels(ChannelOrder::bgr).bytes ==
          std::vector<std::uint8_t>(bgr.begin(), bgr.end()));
    CHECK(image.pixels(ChannelOrder::bgra).bytes ==
          std::vector<std::uint8_t>{255, 0, 0, 255, 0, 128, 255, 255});

    const std::array<std::uint8_t, 4> bgra{1, 2, 3, 4};
    const Image clear(ArrayView(bgra.data(), DType::uint8, {1, 1, 4}),
                      {.channels = ChannelOrder::bgra});
    // 4 is the maximum: nothing is stretched.
    CHECK(clear.pixels().bytes == std::vector<std::uint8_t>{3, 2, 1, 4});
    CHECK(clear.pixels(ChannelOrder::bgra).bytes == std::vector<std::uint8_t>{1, 2, 3, 4});

    const Pixels pixels{1, 1, PixelMode::RGB, {9, 8, 7}};
    CHECK(Image(pixels, {.channels = ChannelOrder::bgr}).pixels().bytes ==
          std::vector<std::uint8_t>{7, 8, 9});
    const std::array<std::uint8_t, 2> grey{10, 20};
    const Image grey_image(ArrayView(grey.data(), DType::uint8, {1, 2}));
    CHECK(grey_image.pixels(ChannelOrder::bgr).bytes ==
          std::vector<std::uint8_t>{10, 10, 10, 20, 20, 20});
}

TEST_CASE("encoded bytes are kept, and their format is found") {
    const std::string png = encode_png(test::sample_pixels(3, 2));
    const Image image = Image::from_bytes(png, {.caption = "x"});
    CHECK(image.read_file() == png);
    CHECK(image.format() == "png");
    const std::string pgm = std::string("P5\n2 1\n255\n") + "ab";
    const Image grey = Image::from_bytes(pgm);
    CHECK(grey.format() == "pnm");
    CHECK(grey.pixels().bytes == std::vector<std::uint8_t>{'a', 'b'});
}

TEST_CASE(
    "a plain copy is the same value, a copy with options is a new one without boxes and masks") {
    const Image image(test::sample_pixels(2, 2), {.caption = "old",
                                                  .grouping = 1,
                                                  .classes = classes(),
                                                  .boxes = {{"b", one_box(1)}},
                                                  .masks = {{"m", small_mask()}}});
    const Image same = image; // NOLINT(performance-unnecessary-copy-initialization)
    CHECK(same.identity() == image.identity());
    CHECK(same.boxes().size() == 1);

    const Image changed(image, {.caption = "new"});
    CHECK(changed.identity() != image.identity());
    CHECK(changed.caption() == "new");
    CHECK(changed.grouping() == 1);
    CHECK(changed.classes()->identity() == classes().identity());
    CHECK(changed.boxes().empty());
    CHECK(changed.masks().empty());
    CHECK(changed.read_file() == image.read_file());
    const Image other(image, {.grouping = 2, .classes = Classes({{9, "x"}})});
    CHECK(other.caption() == "old");
    CHECK(other.grouping() == 2);
    CHECK(other.classes()->name_of(9) == "x");
}

TEST_CASE("a changed copy of a restored image refers to the picture in its artifact") {
    test::MemoryArtifact artifact;
    artifact.add(Image(test::sample_pixels(2, 2), {.caption = "old"}), "x");
    const Image got = restored(artifact, "x");
    CHECK(got.artifact_source()->name == "x");
    const Image changed(got, {.caption = "new"});
    CHECK_FALSE(changed.artifact_source());
    CHECK(changed.file().kind() == MediaFile::Kind::source);
    CHECK(changed.file().source() == got.artifact_source()->artifact);
    test::MemoryArtifact next;
    next.add(changed, "y");
    CHECK(restored(next, "y").caption() == "new");
    CHECK(restored(next, "y").pixels() == got.pixels());
}

TEST_CASE("an image is restored without decoding, and needs nothing but its source") {
    test::MemoryArtifact artifact;
    artifact.add(
        Image(test::sample_pixels(5, 3),
              {.classes = classes(), .boxes = {{"b", one_box(1)}}, .masks = {{"m", small_mask()}}}),
        "x");
    auto source = artifact.source();
    const auto value = source->get("x");
    const auto& image = dynamic_cast<const Image&>(*value);
    CHECK(source->reads() == 0);
    CHECK(image.width() == 5);
    CHECK(image.height() == 3);
    CHECK(image.format() == "png");
    source.reset();
    CHECK(image.pixels() == test::sample_pixels(5, 3));
    CHECK(image.masks()[0].second.pixels().bytes == std::vector<std::uint8_t>{0, 1, 2, 3});
}

TEST_CASE("class labels that are not among the classes are stored in vitrine's notes") {
    struct Case {
        std::vector<ClassLabel> labels;
        std::string_view notes; ///< beside the JSON
        std::string_view restored;
    };
    constexpr std::string_view kClasses = R"({"1": "tree", "2": "car", "3": "road"})";
    const Case cases[] = {
        {{}, "{}", kClasses},
        {{{1, "tree"}}, "{}", kClasses},
        {{{1, "oak"}},
         R"({"labels": {"boxes": {"b": {"1": "oak"}}, "masks": {"m": {"1": "oak"}}}})",
         R"({"1": "oak"})"},
        {{{1, "tree"}, {7, "sky"}},
         R"({"labels": {"boxes": {"b": {"1": "tree", "7": "sky"}}, "masks": {"m": {"1": "tree", "7": "sky"}}}})",
         R"({"1": "tree", "7": "sky"})"},
    };
    for (const Case& c : cases) {
        BoundingBoxes2D::Builder builder;
        builder.add(Box::from_corners(0, 0, 1, 1, 1));
        for (const ClassLabel& label : c.labels) {
            builder.label(label.id, label.name);
        }
        const Image image(test::sample_pixels(2, 2), {.classes = classes(),
                                                      .boxes = {{"b", builder.build()}},
                                                      .masks = {{"m", small_mask(c.labels)}}});
        test::MemoryArtifact artifact;
        const Json json = artifact.add(image, "x");
        CHECK_FALSE(json.contains("vitrine"));
        CHECK(render_json(artifact.entries().at("x.image-file.json").notes) == c.notes);
        const Image got = restored(artifact, "x");
        CHECK(render_json(got.boxes()[0].second.class_labels()) == c.restored);
        CHECK(render_json(got.masks()[0].second.class_labels()) == c.restored);
        CHECK(got.boxes()[0].second == image.boxes()[0].second);
        CHECK(got.masks()[0].second == image.masks()[0].second);
        // A second round trip writes the same.
        test::MemoryArtifact again;
        CHECK(render_json(again.add(Image(got, {.boxes = got.boxes(), .masks = got.masks()}),
                                    "x")) == render_json(json));
        CHECK(render_json(again.entries().at("x.image-file.json").notes) == c.notes);
    }
}

TEST_CASE("images are equal by pixels, size, caption, grouping and classes") {
    const TemporaryDirectory folder;
    const Pixels pixels = test::sample_pixels(4, 3);
    const ImageOptions options{.caption = "c", .grouping = 1, .classes = classes()};
    const Image image(pixels, options);
    std::string ppm = "P6\n4 3\n255\n";
    ppm.append(pixels.bytes.begin(), pixels.bytes.end());
    CHECK(Image::from_bytes(ppm, options) == image);
    CHECK(Image(pixels, {.caption = "c",
                         .grouping = 1,
                         .classes = Classes({{1, "tree"}, {2, "car"}, {3, "road"}}),
                         .boxes = {{"b", one_box(1)}}}) == image);
    const Image others[] = {
        Image(test::sample_pixels(4, 3, PixelMode::RGB, 1), options),
        Image(test::sample_pixels(3, 4), options),
        Image(test::sample_pixels(4, 3, PixelMode::RGBA), options),
        Image(image, {.caption = "d"}),
        Image(image, {.grouping = 2}),
        Image(image, {.classes = Classes({{1, "tree"}})}),
        Image(pixels, {.caption = "c", .grouping = 1}),
    };
    for (const Image& other : others) {
        CHECK_FALSE(image == other);
        CHECK_FALSE(other == image);
        CHECK(image != other);
    }
    CHECK_FALSE(image == classes());
    CHECK_FALSE(classes() == image);
}

TEST_CASE("each group of an image has its name as key, and two groups cannot share a name") {
    const Image image(test::sample_pixels(2, 2), {.boxes = {{"p", one_box(1)}, {"", one_box(2)}},
                                                  .masks = {{"m", small_mask()}}});
    CHECK(image.boxes()[0].second.key() == "p");
    CHECK(image.boxes()[1].second.key().empty());
    CHECK(image.masks()[0].second.key() == "m");
    test::check_throws(
        [] {
            Image(test::sample_pixels(2, 2), {.boxes = {{"p", one_box(1)}, {"p", one_box(2)}}});
        },
        ErrorCode::InvalidArgument, "two groups of boxes are named 'p'");
    test::check_throws(
        [] {
            Image(test::sample_pixels(2, 2), {.masks = {{"m", small_mask()}, {"m", small_mask()}}});
        },
        ErrorCode::InvalidArgument, "two groups of masks are named 'm'");
}

TEST_CASE("the seed API's constants and statics have W&B's values") {
    CHECK(Image::MAX_DIMENSION == 65500);
    CHECK(Image::MAX_ITEMS == 108);
    CHECK(Image::artifact_type == "image-file");
    CHECK(Image::get_media_subdir() == "media/images");
    CHECK(ImageMask::get_media_subdir() == "media/images/mask");
    CHECK(BoundingBoxes2D::get_media_subdir() == "media/metadata/boxes2D");
    CHECK(Image::with_suffix("cat") == "cat.image-file.json");
    CHECK(Image::with_suffix("cat", "png") == "cat.image-file.png");
    const std::array<float, 3> data{0, 0.5F, 1};
    const ArrayView view(data.data(), DType::float32, {1, 3});
    CHECK(Image::guess_mode(view) == PixelMode::L);
    CHECK(Image::to_uint8(view) == std::vector<std::uint8_t>{0, 127, 255});
}

} // namespace vitrine
