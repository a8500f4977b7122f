// SPDX-License-Identifier: MIT
// Input that cannot be an image is refused with an error that names the problem.
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

/// A PNG whose header claims another size, checksum and all.
std::string png_claiming(std::uint32_t width, std::uint32_t height) {
    std::string png = encode_png(test::sample_pixels(2, 2));
    const auto put = [&](std::size_t offset, std::uint32_t value) {
        for (int i = 0; i < 4; ++i) {
            png[offset + static_cast<std::size_t>(i)] =
                static_cast<char>(value >> (24 - 8 * i) & 0xFFU);
        }
    };
    put(16, width);
    put(20, height);
    std::uint32_t crc = 0xFFFFFFFFU;
    for (std::size_t i = 12; i < 29; ++i) { // type and data of IHDR
        crc ^= static_cast<unsigned char>(png[i]);
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    put(29, ~crc);
    return png;
}

} // namespace

TEST_CASE("files that are not a complete picture are refused by name") {
    const std::string png = encode_png(test::sample_pixels(20, 20));
    struct Case {
        std::string_view name;
        std::string bytes;
        std::string_view message;
    };
    const Case cases[] = {
        {"text.png", "this is no picture", "text.png"},
        {"empty.png", "", "empty.png"},
        {"truncated.png", png.substr(0, png.size() / 2), "truncated"},
        {"no_end.png", png.substr(0, png.size() - 12), "no_end.png"},
        {"signature.png", png.substr(0, 8), "signature.png"},
        {"wide.png", png_claiming(65501, 1), "65501"},
        {"high.png", png_claiming(1, 65501), "65501"},
        {"flat.png", png_claiming(0, 5), "flat.png"},
        {"huge.png", png_claiming(65500, 65500), "huge.png"},
        {"wide.pgm", "P5\n65501 1\n255\n" + std::string(65501, 'x'), "65501"},
        {"liar.ppm", "P6\n40000 33000\n255\n" + std::string(80, 'x'), "liar.ppm"},
    };
    const TemporaryDirectory folder;
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const auto path = folder.path() / c.name;
        test::write_bytes(path, c.bytes);
        test::check_throws([&] { Image{path}; }, ErrorCode::InvalidFormat, c.message);
        test::check_throws([&] { Image::from_bytes(c.bytes); }, ErrorCode::InvalidFormat, "");
        test::check_throws([&] { ImageMask::from_path(path); }, ErrorCode::InvalidFormat,
                           c.message);
    }
    test::check_throws([&] { Image{folder.path() / "missing.png"}; }, ErrorCode::NotFound,
                       "missing.png");
    test::check_throws([&] { Image{folder.path()}; }, ErrorCode::InvalidArgument, "got a folder");
    test::check_throws([] { Image{""}; }, ErrorCode::NotFound, "''");
}

TEST_CASE("arrays of a wrong shape, mode or channel order are refused with the shape") {
    const std::vector<double> data(120, 3.0);
    struct Case {
        std::vector<std::size_t> shape;
        ImageOptions options;
        std::string_view message;
    };
    const Case cases[] = {
        {{5}, {}, "un-supported shape for image conversion [5]"},
        {{3}, {}, "[3]"},
        {{4}, {}, "[4]"},
        {{1, 1, 3}, {}, "[3]"},
        {{1, 1, 1}, {}, "un-supported shape"},
        {{}, {}, "un-supported shape"},
        {{4, 5, 2}, {}, "[4, 5, 2]"},
        {{4, 5, 5}, {}, "[4, 5, 5]"},
        {{3, 4, 5}, {}, "[3, 4, 5]"},
        {{2, 4, 5, 3}, {}, "[2, 4, 5, 3]"},
        {{0, 0}, {}, "[0, 0]"},
        {{5, 0}, {}, "[5, 0]"},
        {{0, 5, 3}, {}, "[0, 5, 3]"},
        {{4, 6, 3}, {.mode = "L"}, "mode L needs [height, width]"},
        {{4, 6}, {.mode = "RGB"}, "mode RGB needs [height, width, 3]"},
        {{4, 6, 3}, {.mode = "RGBA"}, "mode RGBA needs [height, width, 4]"},
        {{4, 6}, {.mode = "nope"}, "'RGBA', got 'nope'"},
        {{4, 6, 4}, {.mode = "CMYK"}, "'RGBA', got 'CMYK'"},
        {{4, 6}, {.channels = ChannelOrder::bgr}, "[4, 6]"},
        {{4, 6, 3}, {.channels = ChannelOrder::bgra}, "[4, 6, 3]"},
        {{4, 6, 4}, {.channels = ChannelOrder::bgr}, "[4, 6, 4]"},
        {{4, 6, 3}, {.mode = "RGB", .channels = ChannelOrder::bgra}, "expected 4 channels"},
    };
    for (const Case& c : cases) {
        const ArrayView view(data.data(), DType::float64, c.shape);
        CAPTURE(view.shape_text());
        test::check_throws([&] { Image(view, c.options); }, ErrorCode::InvalidArgument, c.message);
    }
    const std::uint8_t pixel = 7;
    test::check_throws(
        [&] {
            Image{ArrayView(&pixel, DType::uint8, {65501, 1}, {0, 0})};
        },
        ErrorCode::InvalidArgument, "[65501, 1]");
    test::check_throws(
        [&] {
            Image{ArrayView(&pixel, DType::uint8, {1, 65501}, {0, 0})};
        },
        ErrorCode::InvalidArgument, "[1, 65501]");
}

TEST_CASE("pixels whose bytes do not fit their size are refused") {
    const Pixels cases[] = {
        {2, 2, PixelMode::RGB, std::vector<std::uint8_t>(11)},
        {2, 2, PixelMode::L, std::vector<std::uint8_t>(5)},
        {2, 2, PixelMode::I16, std::vector<std::uint8_t>(4)},
        {65500, 65500, PixelMode::RGBA, {}},
        {0, 0, PixelMode::L, {}},
        {65501, 1, PixelMode::L, std::vector<std::uint8_t>(65501)},
    };
    for (const Pixels& pixels : cases) {
        CAPTURE(pixels.width);
        test::check_throws([&] { Image{pixels}; }, ErrorCode::InvalidArgument, "");
    }
}

TEST_CASE("boxes or masks without classes are refused by an artifact before a file is added") {
    const auto boxes = BoundingBoxes2D::Builder().add(Box::from_corners(0, 0, 1, 1, 1)).build();
    const std::uint8_t pixel = 1;
    const ImageMask mask(ArrayView(&pixel, DType::uint8, {1, 1}));
    const Image images[] = {
        Image(test::sample_pixels(2, 2), {.boxes = {{"b", boxes}}}),
        Image(test::sample_pixels(2, 2), {.masks = {{"m", mask}}}),
    };
    for (const Image& image : images) {
        test::MemoryArtifact artifact;
        test::check_throws([&] { artifact.add(image, "x"); }, ErrorCode::InvalidArgument,
                           "expected classes for an image with masks or bounding boxes");
        CHECK(artifact.entries().empty());
    }
}

TEST_CASE("a file that changed after construction cannot be added") {
    const TemporaryDirectory folder;
    const auto path = test::write_png(folder.path() / "x.png", 3, 3);
    const Image image(path);
    test::write_png(path, 3, 3, 1);
    test::MemoryArtifact artifact;
    test::check_throws([&] { artifact.add(image, "x"); }, ErrorCode::Conflict, "x.png");
    CHECK(artifact.entries().empty());
}

TEST_CASE("a sink that is neither a run nor an artifact is refused") {
    class Nowhere final : public ValueSink {};
    Nowhere sink;
    test::check_throws([&] { Image(test::sample_pixels(1, 1)).to_json(sink); },
                       ErrorCode::InvalidArgument, "only be written to a run or an artifact");
}

TEST_CASE("a stored picture whose size differs from its JSON is refused when it is decoded") {
    const auto source = test::MemorySource::make({
        {"p.png", {encode_png(test::sample_pixels(4, 3)), {}}},
        {"broken.png", {"no picture", {}}},
    });
    const auto restore = [&](std::string_view json) {
        return Image::from_json(parse_json(json), source);
    };
    const Image lying =
        restore(R"({"_type": "image-file", "path": "p.png", "width": 4, "height": 5})");
    CHECK(lying.height() == 5);
    test::check_throws([&] { lying.pixels(); }, ErrorCode::InvalidFormat,
                       "expected a picture of 4 x 5 pixels, got 4 x 3");
    const Image broken =
        restore(R"({"_type": "image-file", "path": "broken.png", "width": 4, "height": 5})");
    test::check_throws([&] { broken.pixels(); }, ErrorCode::InvalidFormat, "");
    // If the JSON has no size, the header's size counts.
    const Image unsaid = restore(R"({"_type": "image-file", "path": "p.png"})");
    CHECK(unsaid.width() == 4);
    CHECK(unsaid.height() == 3);
    CHECK(unsaid.format() == "png");
}

} // namespace vitrine
