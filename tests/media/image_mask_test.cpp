// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/image_mask.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

using Bytes = std::vector<std::uint8_t>;

} // namespace

TEST_CASE("a mask from an array of any dtype stores its classes as grey pixels") {
    const std::array<std::uint8_t, 4> u8{0, 1, 2, 255};
    const std::array<std::int8_t, 4> i8{0, 1, 2, 127};
    const std::array<std::uint16_t, 4> u16{0, 1, 2, 255};
    const std::array<std::int32_t, 4> i32{0, 1, 2, 255};
    const std::array<std::uint64_t, 4> u64{0, 1, 2, 255};
    const std::array<std::int64_t, 4> i64{0, 1, 2, 255};
    const std::array<float, 4> f32{0.0F, 1.99F, 2.5F, 255.0F};
    const std::array<double, 4> f64{-0.0, 1.99, 2.5, 255.0};
    const std::array<std::uint16_t, 4> f16{0x0000, 0x3FF0, 0x4100, 0x5BF8}; // 0, 1.98, 2.5, 255
    const std::array<std::uint8_t, 4> truth{0, 1, 1, 2};
    struct Case {
        ArrayView array;
        Bytes expected;
    };
    const std::vector<std::size_t> shape{2, 2};
    const Case cases[] = {
        {{u8.data(), DType::uint8, shape}, {0, 1, 2, 255}},
        {{i8.data(), DType::int8, shape}, {0, 1, 2, 127}},
        {{u16.data(), DType::uint16, shape}, {0, 1, 2, 255}},
        {{i32.data(), DType::int32, shape}, {0, 1, 2, 255}},
        {{u64.data(), DType::uint64, shape}, {0, 1, 2, 255}},
        {{i64.data(), DType::int64, shape}, {0, 1, 2, 255}},
        {{f32.data(), DType::float32, shape}, {0, 1, 2, 255}},
        {{f64.data(), DType::float64, shape}, {0, 1, 2, 255}},
        {{f16.data(), DType::float16, shape}, {0, 1, 2, 255}},
        {{truth.data(), DType::bool_, shape}, {0, 1, 1, 1}},
        {{u8.data(), DType::uint8, shape, {1, 2}}, {0, 2, 1, 255}}, // Fortran order
        {{u8.data() + 3, DType::uint8, shape, {-2, -1}}, {255, 2, 1, 0}},
        {{u8.data() + 1, DType::uint8, {3, 1}, {0, 0}}, {1, 1, 1}},
    };
    for (const Case& c : cases) {
        CAPTURE(to_string(c.array.dtype()));
        const ImageMask mask(c.array);
        const Pixels pixels = mask.pixels();
        CHECK(pixels.mode == PixelMode::L);
        CHECK(pixels.width == c.array.shape()[1]);
        CHECK(pixels.height == c.array.shape()[0]);
        CHECK(pixels.bytes == c.expected);
    }
}

TEST_CASE("a mask from W&B's dictionary equals the mask from the array") {
    const std::array<std::int32_t, 6> data{0, 1, 2, 3, 2, 1};
    const ImageMask array(ArrayView(data.data(), DType::int32, {2, 3}), {{1, "tree"}, {2, "car"}});
    const ImageMask dictionary(parse_json(
        R"({"mask_data": [[0, 1, 2], [3.9, 2, true]], "class_labels": {"1": "tree", "2": "car"}})"));
    CHECK(array == dictionary);
    CHECK(array.class_labels() == dictionary.class_labels());
    CHECK(array.has_class_labels());
    const ImageMask unlabelled(parse_json(R"({"mask_data": [[9, 10], [0, 9]]})"));
    CHECK_FALSE(unlabelled.has_class_labels());
    CHECK(render_json(unlabelled.class_labels(), kOrderedJson) ==
          R"({"0": "class_0", "9": "class_9", "10": "class_10"})");
}

TEST_CASE("classes outside 0 to 255 are refused with row and column, floats too") {
    const std::array<std::int64_t, 4> negative{0, 1, -1, 2};
    const std::array<std::uint16_t, 4> big{0, 256, 1, 2};
    const std::array<std::uint64_t, 4> huge{0, 0, 0, std::numeric_limits<std::uint64_t>::max()};
    const std::array<double, 4> above{0, 255.5, 1, 2};
    const std::array<double, 4> below{-0.5, 1, 2, 3};
    const std::array<float, 4> nan{0, std::nanf(""), 1, 2};
    const std::array<float, 4> infinite{0, 1, 2, std::numeric_limits<float>::infinity()};
    struct Case {
        ArrayView array;
        std::string_view message;
    };
    const Case cases[] = {
        {{negative.data(), DType::int64, {2, 2}}, "got -1.0 in row 1, column 0"},
        {{big.data(), DType::uint16, {2, 2}}, "got 256.0 in row 0, column 1"},
        {{huge.data(), DType::uint64, {2, 2}}, "in row 1, column 1"},
        {{above.data(), DType::float64, {2, 2}}, "got 255.5 in row 0, column 1"},
        {{below.data(), DType::float64, {2, 2}}, "got -0.5"},
        {{nan.data(), DType::float32, {2, 2}}, "got NaN"},
        {{infinite.data(), DType::float32, {2, 2}}, "got Infinity"},
        {{negative.data(), DType::int64, {4}}, "mask_data must be a 2d array, got the shape [4]"},
        {{negative.data(), DType::int64, {2, 2, 1}}, "must be a 2d array"},
        {{negative.data(), DType::int64, {0, 4}}, "1 to 65500 pixels a side, got 4 x 0"},
        {{negative.data(), DType::int64, {65501, 1}, {0, 0}}, "got 1 x 65501"},
    };
    for (const Case& c : cases) {
        test::check_throws([&] { ImageMask{c.array}; }, ErrorCode::InvalidArgument, c.message);
    }
}

TEST_CASE("dictionaries that are not a mask are refused") {
    struct Case {
        std::string_view json;
        ErrorCode code;
        std::string_view message;
    };
    const Case cases[] = {
        {"[]", ErrorCode::InvalidArgument, "expected an object with 'mask_data' or 'path'"},
        {"null", ErrorCode::InvalidArgument, "got null"},
        {"{}", ErrorCode::InvalidArgument, "'mask_data' is missing"},
        {R"({"class_labels": {"1": "x"}})", ErrorCode::InvalidArgument, "'mask_data' is missing"},
        {R"({"mask_data": 5})", ErrorCode::InvalidArgument, "must be a 2d array"},
        {R"({"mask_data": []})", ErrorCode::InvalidArgument, "a list without rows"},
        {R"({"mask_data": [1, 2]})", ErrorCode::InvalidArgument, "must be a 2d array"},
        {R"({"mask_data": [[]]})", ErrorCode::InvalidArgument, "got 0 x 1"},
        {R"({"mask_data": [[1, 2], [3]]})", ErrorCode::InvalidArgument,
         "expected 2 numbers in row 1, got 1"},
        {R"({"mask_data": [[1], 2]})", ErrorCode::InvalidArgument, "in row 1, got number"},
        {R"({"mask_data": [[1, "a"]]})", ErrorCode::InvalidArgument,
         "got string in row 0, column 1"},
        {R"({"mask_data": [[1, 256]]})", ErrorCode::InvalidArgument, "got 256.0"},
        {R"({"mask_data": [[99999999999999999999]]})", ErrorCode::InvalidArgument,
         "got '99999999999999999999'"},
        {R"({"mask_data": [[1]], "class_labels": null})", ErrorCode::InvalidArgument,
         "expected class labels as an object"},
        {R"({"mask_data": [[1]], "class_labels": {"x": "y"}})", ErrorCode::InvalidArgument,
         "got the key 'x'"},
        {R"({"mask_data": [[1]], "class_labels": {"1": 5}})", ErrorCode::InvalidArgument,
         "got number for '1'"},
        {R"({"path": 5})", ErrorCode::InvalidArgument, "'path': expected a string, got number"},
        {R"({"path": "missing.png"})", ErrorCode::NotFound, "missing.png"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        test::check_throws([&] { ImageMask(parse_json(c.json)); }, c.code, c.message);
    }
}

TEST_CASE("a mask file is kept unchanged and can be logged to a run") {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "m.v1.png";
    test::write_bytes(path, encode_png(test::sample_pixels(4, 3, PixelMode::L)));
    const ImageMask mask = ImageMask::from_path(path, {{1, "tree"}}).with_key("gt");
    CHECK(mask.pixels() == test::sample_pixels(4, 3, PixelMode::L));

    test::MemoryArtifact artifact;
    const std::string hex = mask.sha256().hex().substr(0, 8);
    CHECK(render_json(artifact.add(mask, "m"), kOrderedJson) ==
          R"({"path": "media/images/mask/)" + hex + R"(/m.v1.png", "_type": "mask"})");

    test::MemoryRun run;
    mask.bind_to_run(run, "k", 0);
    CHECK(run.files.contains("media/images/mask/k_0_" + hex + ".png"));
    CHECK(render_json(run.config) ==
          R"({"mask/class_labels": {"k_wandb_delimeter_gt": {"1": "tree"}}})");

    test::write_bytes(folder.path() / "text.png", "no picture");
    test::check_throws([&] { ImageMask::from_path(folder.path() / "text.png"); },
                       ErrorCode::InvalidFormat, "text.png");
}

TEST_CASE("a mask alone is restored from an artifact with its labels") {
    const ImageMask mask(
        parse_json(R"({"mask_data": [[0, 1], [2, 3]], "class_labels": {"1": "tree"}})"));
    test::MemoryArtifact artifact;
    const Json json = artifact.add(mask, "m");
    CHECK(json["path"].get<std::string>().ends_with(".mask.png"));
    const auto got = artifact.source()->get("m");
    REQUIRE(got);
    const auto* restored = dynamic_cast<const ImageMask*>(got.get());
    REQUIRE(restored != nullptr);
    CHECK(*restored == mask);
    CHECK(restored->class_labels() == mask.class_labels());
    CHECK(restored->has_class_labels());
}

} // namespace vitrine
