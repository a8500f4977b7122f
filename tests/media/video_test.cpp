// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/video.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/movie.hpp"
#include "support/pictures.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

/// An array (time, channel, height, width) of moving stripes.
struct Clip {
    std::vector<std::size_t> shape;
    std::vector<std::uint8_t> bytes;

    Clip(std::size_t frames, std::size_t channels, std::size_t height, std::size_t width)
        : shape{frames, channels, height, width} {
        for (std::size_t t = 0; t < frames; ++t) {
            for (std::size_t c = 0; c < channels; ++c) {
                for (std::size_t y = 0; y < height; ++y) {
                    for (std::size_t x = 0; x < width; ++x) {
                        bytes.push_back(static_cast<std::uint8_t>(
                            ((x + t * 3) / 4 % 2 == 0 ? 30 : 180) + c * 20 + y));
                    }
                }
            }
        }
    }
    ArrayView view() const { return ArrayView(bytes.data(), DType::uint8, shape); }
    Pixels frame(std::size_t t) const {
        const std::size_t channels = shape[1];
        const std::size_t plane = shape[2] * shape[3];
        Pixels pixels{static_cast<std::uint32_t>(shape[3]),
                      static_cast<std::uint32_t>(shape[2]),
                      channels == 1   ? PixelMode::L
                      : channels == 3 ? PixelMode::RGB
                                      : PixelMode::RGBA,
                      {}};
        for (std::size_t at = 0; at < plane; ++at) {
            for (std::size_t c = 0; c < channels; ++c) {
                pixels.bytes.push_back(bytes[(t * channels + c) * plane + at]);
            }
        }
        return pixels;
    }
};

bool encodes(std::string_view format) {
    const auto formats = Video::array_formats();
    return std::find(formats.begin(), formats.end(), format) != formats.end();
}

} // namespace

TEST_CASE("a video file of any content is kept byte for byte") {
    const TemporaryDirectory folder;
    for (const std::string_view name : {"v.mp4", "UP.GIF", "w.webm", "o.Ogg", ".hidden.mp4"}) {
        CAPTURE(name);
        const auto path = folder.path() / name;
        test::write_bytes(path, "no video");
        const Video video(path, {.caption = "c", .fps = 30, .format = "webm"});
        CHECK(video.read_file() == "no video");
        CHECK_FALSE(video.width().has_value());
        CHECK_FALSE(video.height().has_value());
        CHECK(std::find(Video::EXTS.begin(), Video::EXTS.end(), video.format()) !=
              Video::EXTS.end());
        test::MemoryArtifact artifact;
        CHECK(render_json(artifact.add(video, "x"), kOrderedJson) ==
              R"({"path": "media/videos/)" + video.sha256().hex().substr(0, 8) + "/" +
                  std::string(name) + R"(", "_type": "video-file", "caption": "c"})");
    }
}

TEST_CASE("bytes are kept unchanged, by default as a gif") {
    const Video gif = Video::from_bytes("bytes");
    const Video mp4 = Video::from_bytes("bytes", {.format = "mp4"});
    CHECK(gif.format() == "gif");
    CHECK(mp4.format() == "mp4");
    CHECK(mp4.read_file() == "bytes");
    CHECK(Video::from_bytes("bytes", {.format = ""}).format() == "gif");
    test::MemoryArtifact artifact;
    const auto path = artifact.add(mp4, "x")["path"].get<std::string>();
    CHECK(path == "media/videos/" + digests_of("bytes").md5.hex().substr(0, 8) + ".mp4");
}

TEST_CASE("only captions that Python takes for true are written") {
    for (const char* caption : {"null", "\"\"", "0", "false", "[]"}) {
        CAPTURE(caption);
        test::MemoryArtifact artifact;
        const Video video = Video::from_bytes("x", {.caption = parse_json(caption)});
        CHECK_FALSE(artifact.add(video, "x").contains("caption"));
    }
    for (const char* caption : {"\"c\"", "5", "[0]", "{\"a\": 1}"}) {
        CAPTURE(caption);
        test::MemoryArtifact artifact;
        const Video video = Video::from_bytes("x", {.caption = parse_json(caption)});
        CHECK(render_json(artifact.add(video, "x")["caption"]) == caption);
    }
}

TEST_CASE("arrays of one, three and four channels become a GIF of exact frames") {
    for (const std::size_t channels : {1U, 3U, 4U}) {
        CAPTURE(channels);
        const Clip clip(5, channels, 9, 13);
        const Video video(clip.view(), {.fps = 10});
        CHECK(video.format() == "gif");
        CHECK(video.width() == 13U);
        CHECK(video.height() == 9U);
        const auto movie = test::read_gif(video.read_file());
        CHECK(movie.delays == std::vector<int>(5, 10));
        REQUIRE(movie.frames.size() == 5);
        for (std::size_t t = 0; t < 5; ++t) {
            Pixels expected = convert(clip.frame(t), PixelMode::RGBA);
            for (std::size_t at = 3; at < expected.bytes.size(); at += 4) {
                if (expected.bytes[at] < 128) { // clear: its colour does not matter
                    std::fill_n(expected.bytes.begin() + static_cast<std::ptrdiff_t>(at) - 3, 4, 0);
                } else {
                    expected.bytes[at] = 255;
                }
            }
            CHECK(movie.frames[t] == expected);
        }
        CHECK(Video(clip.view(), {.fps = 10}).sha256() == video.sha256());
    }
}

TEST_CASE("a batch of videos becomes a grid whose free places are black") {
    // Three clips of one frame with one pixel become a row of four.
    const std::uint8_t pixels[] = {50, 60, 70};
    const Video three(ArrayView(pixels, DType::uint8, {3, 1, 1, 1, 1}));
    CHECK(three.width() == 4U);
    CHECK(three.height() == 1U);
    const auto row = test::read_gif(three.read_file()).frames.at(0);
    CHECK(convert(row, PixelMode::L).bytes == std::vector<std::uint8_t>{50, 60, 70, 0});
    // Five clips become two rows of four.
    const std::uint8_t more[] = {1, 2, 3, 4, 5};
    const Video five(ArrayView(more, DType::uint8, {5, 1, 1, 1, 1}));
    const auto grid = test::read_gif(five.read_file()).frames.at(0);
    CHECK(grid.width == 4);
    CHECK(convert(grid, PixelMode::L).bytes == std::vector<std::uint8_t>{1, 2, 3, 4, 5, 0, 0, 0});
}

TEST_CASE("elements become bytes without scaling: integers wrap, fractions are dropped") {
    const std::int64_t integers[] = {-4, 256, 255};
    const Video wrapped(ArrayView(integers, DType::int64, {1, 1, 1, 3}));
    CHECK(convert(test::read_gif(wrapped.read_file()).frames.at(0), PixelMode::L).bytes ==
          std::vector<std::uint8_t>{252, 0, 255});
    const float floats[] = {0.99F, 255.9F, -0.5F};
    const Video dropped(ArrayView(floats, DType::float32, {1, 1, 1, 3}));
    CHECK(convert(test::read_gif(dropped.read_file()).frames.at(0), PixelMode::L).bytes ==
          std::vector<std::uint8_t>{0, 255, 0});
}

TEST_CASE("arrays may have any strides") {
    // The order of OpenCV's frames: (time, height, width, channel).
    const Clip clip(3, 3, 4, 5);
    std::vector<std::uint8_t> interleaved;
    for (std::size_t t = 0; t < 3; ++t) {
        const Pixels frame = clip.frame(t);
        interleaved.insert(interleaved.end(), frame.bytes.begin(), frame.bytes.end());
    }
    const ArrayView view(interleaved.data(), DType::uint8, {3, 3, 4, 5}, {60, 1, 15, 3});
    CHECK(Video(view) == Video(clip.view()));
}

TEST_CASE("arrays are encoded to the formats for which libavcodec has an encoder") {
    for (const std::string format : {"mp4", "webm", "ogg"}) {
        CAPTURE(format);
        if (!encodes(format)) {
            // The case counts as skipped, whatever the other formats do.
            test::skip("this build cannot encode " + format);
            continue;
        }
        for (const std::size_t channels : {1U, 3U, 4U}) {
            CAPTURE(channels);
            const Clip clip(7, channels, 48, 64);
            const Video video(clip.view(), {.fps = 12.5, .format = format});
            CHECK(video.format() == format);
            CHECK(video.width() == 64U);
            const auto movie = test::read_movie(video.read_file());
            REQUIRE(movie.frames.size() == 7);
            for (std::size_t t = 0; t < 7; ++t) {
                REQUIRE(movie.frames[t].width == 64);
                REQUIRE(movie.frames[t].height == 48);
                CHECK(test::brightness_difference(movie.frames[t], clip.frame(t)) < 6);
            }
            CHECK(Video(clip.view(), {.fps = 12.5, .format = format}).read_file() ==
                  video.read_file());
            // A reader of the file alone finds the size in its header.
            const Video restored = Video::from_bytes(video.read_file(), {.format = format});
            CHECK(restored.width() == 64U);
            CHECK(restored.height() == 48U);
        }
    }
    if (Video::array_formats().size() == 1) {
        test::skip("this build encodes GIF alone");
    }
}

TEST_CASE("colours survive mp4, webm and ogg") {
    if (Video::array_formats().size() == 1) {
        return test::skip("this build encodes GIF alone");
    }
    struct Case {
        std::string_view what;
        std::array<std::uint8_t, 3> colour;
    };
    const Case cases[] = {
        {"red", {255, 0, 0}},   {"green", {0, 255, 0}},       {"blue", {0, 0, 255}},
        {"black", {0, 0, 0}},   {"white", {255, 255, 255}},   {"yellow", {255, 255, 0}},
        {"grey", {77, 77, 77}}, {"something", {200, 30, 90}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        // One pixel as a frame of 32 x 32.
        const ArrayView flat(c.colour.data(), DType::uint8, {1, 3, 32, 32}, {0, 1, 0, 0});
        for (const std::string_view format : Video::array_formats()) {
            CAPTURE(format);
            const Video video(flat, {.format = std::string(format)});
            const auto frame = test::read_animation(video.read_file()).frames.at(0);
            const Pixels rgb = convert(frame, PixelMode::RGB);
            for (std::size_t channel = 0; channel < 3; ++channel) {
                CHECK(std::abs(int{rgb.bytes[16 * 32 * 3 + 16 * 3 + channel]} -
                               int{c.colour[channel]}) <= 6);
            }
        }
    }
}

TEST_CASE("an odd size is kept in the JSON, the file repeats the last column and row") {
    if (!encodes("mp4")) {
        return test::skip("this build encodes no mp4");
    }
    const Clip clip(2, 3, 33, 35);
    const Video video(clip.view(), {.format = "mp4"});
    test::MemoryArtifact artifact;
    const Json json = artifact.add(video, "x");
    CHECK(json["width"] == 35);
    CHECK(json["height"] == 33);
    const auto movie = test::read_movie(video.read_file());
    REQUIRE(movie.frames.size() == 2);
    CHECK(movie.frames[0].width == 36);
    CHECK(movie.frames[0].height == 34);
}

TEST_CASE("the size of a GIF file is that of its screen") {
    const TemporaryDirectory folder;
    const Clip clip(2, 1, 3, 4);
    const auto path = folder.path() / "v.gif";
    test::write_bytes(path, Video(clip.view()).read_file());
    const Video video(path);
    CHECK(video.width() == 4U);
    CHECK(video.height() == 3U);
    test::MemoryArtifact artifact;
    CHECK_FALSE(artifact.add(video, "x").contains("width"));
}

TEST_CASE("videos are equal by their file") {
    CHECK(Video::from_bytes("x") == Video::from_bytes("x", {.caption = "c", .format = "mp4"}));
    CHECK_FALSE(Video::from_bytes("x") == Video::from_bytes("y"));
}

TEST_CASE("the JSON of a list of videos has captions if the first has one") {
    struct Case {
        std::vector<Video> videos;
        std::string_view captions;
    };
    const auto video = [](Json caption) {
        return Video::from_bytes("x", {.caption = std::move(caption)});
    };
    const Case cases[] = {
        {{video("c"), video(nullptr)}, R"(["c", null])"},
        {{video(""), video("c")}, R"(["", "c"])"},
        {{video(nullptr), video("c")}, "false"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.captions);
        CHECK(render_json(Video::captions(c.videos)) == c.captions);
        test::MemoryRun run;
        Json files = Json::array();
        for (const Video& one : c.videos) {
            one.bind_to_run(run, "k", 5);
            files.push_back(one.to_json(run));
        }
        const Json expected{{"_type", "videos"},
                            {"count", 2},
                            {"videos", files},
                            {"captions", parse_json(c.captions)}};
        CHECK(render_json(Video::seq_to_json(c.videos, run, "k", 5), kOrderedJson) ==
              render_json(expected, kOrderedJson));
    }
    test::MemoryRun run;
    test::check_throws([&] { Video::captions({}); }, ErrorCode::InvalidArgument,
                       "expected at least one video");
    test::check_throws([&] { Video::seq_to_json({}, run, "k", 1); }, ErrorCode::InvalidArgument,
                       "expected at least one video");
    const Video unbound = Video::from_bytes("u");
    test::check_throws([&] { Video::seq_to_json(std::span(&unbound, 1), run, "k", 1); },
                       ErrorCode::InvalidArgument, "must be bound to a run");
}

TEST_CASE("a logged video has a size if it was made from an array") {
    const Clip clip(1, 1, 2, 3);
    const Video video(clip.view(), {.caption = "c"});
    test::MemoryRun run;
    video.bind_to_run(run, "k", 1, 7);
    CHECK(render_json(video.to_json(run), kOrderedJson) ==
          render_json(Json{{"_type", "video-file"},
                           {"path", "media/videos/k_1_7.gif"},
                           {"sha256", video.sha256().hex()},
                           {"size", video.size()},
                           {"width", 3},
                           {"height", 2},
                           {"caption", "c"}},
                      kOrderedJson));
    CHECK(run.files.at("media/videos/k_1_7.gif") == video.read_file());
}

} // namespace vitrine
