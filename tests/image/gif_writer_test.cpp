// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "image/gif_writer.hpp"
#include "support/check_throws.hpp"
#include "support/movie.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

std::string gif_of(const std::vector<Pixels>& frames, double fps = 4) {
    GifWriter writer(frames.front().width, frames.front().height, fps);
    for (const Pixels& frame : frames) {
        writer.add(frame);
    }
    return writer.finish();
}

/// A picture of smooth colours, far more than 256.
Pixels gradient(std::uint32_t side) {
    Pixels pixels{side, side, PixelMode::RGB, {}};
    for (std::uint32_t y = 0; y < side; ++y) {
        for (std::uint32_t x = 0; x < side; ++x) {
            pixels.bytes.push_back(static_cast<std::uint8_t>(x * 255 / (side - 1)));
            pixels.bytes.push_back(static_cast<std::uint8_t>(y * 255 / (side - 1)));
            pixels.bytes.push_back(static_cast<std::uint8_t>((x + y) * 255 / (2 * side - 2)));
        }
    }
    return pixels;
}

} // namespace

TEST_CASE("frames of at most 256 colours are restored exactly") {
    struct Case {
        std::string_view what;
        std::vector<Pixels> frames;
    };
    const Case cases[] = {
        {"one pixel", {test::sample_pixels(1, 1)}},
        {"one colour", {{3, 2, PixelMode::L, std::vector<std::uint8_t>(6, 77)}}},
        {"all greys",
         {test::sample_pixels(16, 16, PixelMode::L), test::sample_pixels(16, 16, PixelMode::L, 3)}},
        {"256 colours", {test::sample_pixels(16, 16)}},
        {"several frames",
         {test::sample_pixels(7, 5, PixelMode::RGB, 0),
          test::sample_pixels(7, 5, PixelMode::RGB, 1),
          test::sample_pixels(7, 5, PixelMode::RGB, 2)}},
        {"modes mixed",
         {test::sample_pixels(7, 5, PixelMode::RGB), test::sample_pixels(7, 5, PixelMode::L)}},
        {"a wide row", {test::sample_pixels(3000, 1, PixelMode::L)}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        const std::string gif = gif_of(c.frames);
        const auto movie = test::read_gif(gif);
        CHECK(movie.is_endless);
        REQUIRE(movie.frames.size() == c.frames.size());
        for (std::size_t index = 0; index < c.frames.size(); ++index) {
            CHECK(movie.frames[index] == convert(c.frames[index], PixelMode::RGBA));
        }
        // The library reads what it writes.
        CHECK(convert(decode_picture(as_bytes(gif)), PixelMode::RGBA) == movie.frames.front());
        CHECK(gif_of(c.frames) == gif);
    }
}

TEST_CASE("frames with the colours of the first frame share its colour table") {
    const Pixels one = test::sample_pixels(16, 16, PixelMode::L);
    const Pixels same = test::sample_pixels(16, 16, PixelMode::L, 5);
    const Pixels other{16, 16, PixelMode::L, std::vector<std::uint8_t>(256, 9)};
    CHECK(test::read_gif(gif_of({one, same, one})).palettes == 1);
    CHECK(test::read_gif(gif_of({one, other, one})).palettes == 2);
}

TEST_CASE("pixels of low alpha are transparent and do not show the previous frame") {
    const Pixels half{2, 1, PixelMode::RGBA, {10, 20, 30, 128, 1, 2, 3, 127}};
    const Pixels full{2, 1, PixelMode::RGBA, {1, 1, 1, 255, 2, 2, 2, 255}};
    const auto movie = test::read_gif(gif_of({full, half, half}));
    REQUIRE(movie.frames.size() == 3);
    CHECK(movie.frames[0] == full);
    const Pixels shown{2, 1, PixelMode::RGBA, {10, 20, 30, 255, 0, 0, 0, 0}};
    CHECK(movie.frames[1] == shown);
    CHECK(movie.frames[2] == shown);
}

TEST_CASE("more than 256 colours are reduced to similar ones") {
    const Pixels many = gradient(128);
    const std::string gif = gif_of({many});
    const Pixels got = convert(decode_picture(as_bytes(gif)), PixelMode::RGB);
    std::set<std::vector<std::uint8_t>> colours;
    double squares = 0;
    int worst = 0;
    for (std::size_t at = 0; at < got.bytes.size(); ++at) {
        const int difference = int{got.bytes[at]} - int{many.bytes[at]};
        squares += difference * difference;
        worst = std::max(worst, std::abs(difference));
        if (at % 3 == 0) {
            colours.insert({got.bytes[at], got.bytes[at + 1], got.bytes[at + 2]});
        }
    }
    CHECK(colours.size() > 200);
    CHECK(colours.size() <= 256);
    CHECK(squares / static_cast<double>(got.bytes.size()) < 40);
    CHECK(worst < 32);
    CHECK(gif_of({many}) == gif);
}

TEST_CASE("a transparent pixel leaves room for 255 colours") {
    Pixels many = convert(gradient(32), PixelMode::RGBA);
    many.bytes[3] = 0;
    const IndexedPixels indexed = quantise(many);
    CHECK(indexed.palette.size() <= 256);
    REQUIRE(indexed.transparent.has_value());
    CHECK(indexed.indices[0] == *indexed.transparent);
    CHECK(indexed.indices[1] != *indexed.transparent);
    const Pixels clear{1, 1, PixelMode::LA, {9, 0}};
    CHECK(quantise(clear).palette.size() == 1);
}

TEST_CASE("delays add up to the length that follows from the frame rate") {
    struct Case {
        double fps;
        std::size_t frames;
        std::vector<int> delays;
    };
    const Case cases[] = {
        {4, 2, {25, 25}},     {24, 6, {4, 4, 5, 4, 4, 4}}, {30, 3, {3, 4, 3}},
        {60, 3, {2, 2, 2}},   {1000, 2, {2, 2}},           {0.5, 1, {200}},
        {0.0001, 1, {65535}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.fps);
        const std::vector<Pixels> frames(c.frames, test::sample_pixels(1, 1));
        CHECK(test::read_gif(gif_of(frames, c.fps)).delays == c.delays);
    }
}

TEST_CASE("frames that a GIF cannot hold are refused") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    struct Case {
        std::uint32_t width;
        std::uint32_t height;
        double fps;
        std::string_view message;
    };
    const Case cases[] = {
        {0, 1, 4, "expected a gif of 1 to 65500 pixels a side, got 0 x 1"},
        {1, 65501, 4, "got 1 x 65501"},
        {1, 1, 0, "expected more than 0 frames per second, got 0"},
        {1, 1, -4, "got -4"},
        {1, 1, nan, "expected more than 0 frames per second"},
        {1, 1, infinity, "expected more than 0 frames per second"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        test::check_throws([&] { GifWriter(c.width, c.height, c.fps); }, ErrorCode::InvalidArgument,
                           c.message);
    }
    GifWriter writer(2, 2, 4);
    test::check_throws([&] { writer.finish(); }, ErrorCode::InvalidArgument,
                       "expected at least one frame in a gif, got none");
    const Pixels wrong[] = {
        test::sample_pixels(2, 3),
        test::sample_pixels(2, 2, PixelMode::I16),
        {2, 2, PixelMode::RGB, std::vector<std::uint8_t>(11)},
    };
    for (const Pixels& frame : wrong) {
        test::check_throws([&] { writer.add(frame); }, ErrorCode::InvalidArgument,
                           "expected a frame of 2 x 2 pixels");
    }
    writer.add(test::sample_pixels(2, 2));
    CHECK_FALSE(writer.finish().empty());
    test::check_throws([&] { writer.add(test::sample_pixels(2, 2)); }, ErrorCode::InvalidArgument,
                       "finished");
}

} // namespace vitrine
