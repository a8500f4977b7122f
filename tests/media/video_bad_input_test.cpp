// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/video.hpp>

#include "core/file_system.hpp"
#include "media/movie_header.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

TEST_CASE("arrays that are not a video are refused") {
    struct Case {
        std::vector<std::size_t> shape;
        std::string_view message;
    };
    constexpr std::size_t kHuge = std::size_t{1} << 40;
    const Case cases[] = {
        {{}, "expected a video of 4 dimensions"},
        {{3, 4, 4}, "or 5 (batch first), got an array of the shape [3, 4, 4]"},
        {{1, 1, 1, 1, 1, 1}, "expected a video of 4 dimensions"},
        {{0, 1, 2, 2}, "expected a video with at least one pixel"},
        {{1, 0, 2, 2}, "expected a video with at least one pixel"},
        {{1, 1, 0, 2}, "expected a video with at least one pixel"},
        {{0, 1, 1, 2, 2}, "expected a video with at least one pixel"},
        {{1, 2, 3, 3}, "expected 1, 3 or 4 channels in a video, got 2"},
        {{1, 5, 3, 3}, "expected 1, 3 or 4 channels in a video, got 5"},
        {{1, kHuge, 1, 1}, "would take more than"},
        {{1, 1, 1, 65501}, "expected a video of 1 to 65500 pixels a side, got 1 times 65501"},
        {{1, 1, 65501, 1}, "got 1 times 65501"},
        {{3, 1, 1, 1, 20000}, "got 4 times 20000"},
        {{1, 1, kHuge, 1}, "expected a video of 1 to 65500 pixels a side"},
        {{kHuge, 1, 1, 1, 1}, "is too large"},
        {{1, 1, 65500, 65500}, "would take more than"},
    };
    const std::uint8_t value = 0;
    for (const Case& c : cases) {
        CAPTURE(c.message);
        const ArrayView array(&value, DType::uint8, c.shape,
                              std::vector<std::ptrdiff_t>(c.shape.size()));
        test::check_throws([&] { Video{array}; }, ErrorCode::InvalidArgument, c.message);
    }
}

TEST_CASE("floats outside the range of a byte are refused") {
    for (const double bad : {-1.0, 256.0, 1e300, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
        CAPTURE(bad);
        const double values[] = {0, bad};
        test::check_throws(
            [&] {
                Video{ArrayView(values, DType::float64, {2, 1, 1, 1})};
            },
            ErrorCode::InvalidArgument, "expected numbers of 0 to 255 in a video of floats");
    }
}

TEST_CASE("an unknown format and an invalid frame rate are refused") {
    const std::uint8_t value = 0;
    const ArrayView array(&value, DType::uint8, {1, 1, 1, 1});
    for (const std::string format : {"avi", "GIF", ".gif", "mp4 "}) {
        CAPTURE(format);
        const std::string message =
            "expected a video of the format gif, mp4, webm or ogg, got '" + format + "'";
        test::check_throws([&] { Video(array, {.format = format}); }, ErrorCode::InvalidArgument,
                           message);
        test::check_throws([&] { Video::from_bytes("x", {.format = format}); },
                           ErrorCode::InvalidArgument, message);
    }
    const auto formats = Video::array_formats();
    for (const std::string_view format : Video::EXTS) {
        CAPTURE(format);
        if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
            test::check_throws([&] { Video(array, {.format = std::string(format)}); },
                               ErrorCode::Unsupported,
                               "frames cannot be encoded as '" + std::string(format) + "'");
            continue;
        }
        for (const double fps : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                                 std::numeric_limits<double>::infinity()}) {
            CAPTURE(fps);
            test::check_throws([&] { Video(array, {.fps = fps, .format = std::string(format)}); },
                               ErrorCode::InvalidArgument, "frames per second, got");
        }
    }
}

TEST_CASE("the format of a file is its extension") {
    const TemporaryDirectory folder;
    for (const std::string_view name : {"x.avi", "noext", ".gif", "gif", "x.mp4.", "x.mp44"}) {
        CAPTURE(name);
        test::write_bytes(folder.path() / name, "x");
        test::check_throws([&] { Video(folder.path() / name); }, ErrorCode::InvalidArgument,
                           "expected a video of the format gif, mp4, webm or ogg, got '");
    }
    test::check_throws([&] { Video(folder.path() / "missing.mp4"); }, ErrorCode::NotFound,
                       "missing.mp4");
    test::write_bytes(folder.path() / "v.mp4", "x");
    test::check_throws([&] { Video(folder.path() / "v.mp4", {.format = "avi"}); },
                       ErrorCode::InvalidArgument, "got 'avi'");
    std::filesystem::create_directory(folder.path() / "d.mp4");
    test::check_throws([&] { Video(folder.path() / "d.mp4"); }, ErrorCode::InvalidArgument,
                       "a folder");
}

TEST_CASE("a false or truncated header has no size and is read within its bounds") {
    using namespace std::string_view_literals;
    const auto size_of = [](std::string_view bytes) { return movie_frame_size(as_bytes(bytes)); };
    const std::string_view nothing[] = {
        ""sv,
        "GIF89a"sv,
        "GIF89a\x01\0"sv,
        "GIF89a\0\0\x05\0"sv,
        "\0\0\0\x08"
        "ftyp"sv,
        // A box of size 4, smaller than its own header.
        "\0\0\0\x08"
        "ftyp\0\0\0\x04moov"sv,
        // A box of 2^63 bytes and one that ends after the file.
        "\0\0\0\x08"
        "ftyp\0\0\0\x01moov\x80\0\0\0\0\0\0\0"sv,
        "\0\0\0\x08"
        "ftyp\0\0\0\xFFmoov"sv,
        // A truncated track header.
        "\0\0\0\x08"
        "ftyp\0\0\0\x18moov\0\0\0\x10trak\0\0\0\x08tkhd"sv,
        "\x1A\x45\xDF\xA3"sv,
        "\x1A\x45\xDF\xA3\x00"sv,
        "\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00"sv,
        // A width of 0.
        "\x1A\x45\xDF\xA3\x80\xE0\x86\xB0\x81\x00\xBA\x81\x05"sv,
        "OggS"sv,
        "OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x2A\x80theora"sv,
    };
    for (const auto bytes : nothing) {
        const std::string shown(bytes);
        CAPTURE(shown);
        CHECK_FALSE(size_of(bytes).has_value());
    }
    // Deeply nested boxes are valid, but are read to a limited depth only.
    std::string deep("\x1A\x45\xDF\xA3\x80");
    for (int level = 0; level < 100000; ++level) {
        deep += "\xE0\xFF"sv;
    }
    CHECK_FALSE(size_of(deep).has_value());
}

TEST_CASE("a header truncated anywhere has no size and is not an error") {
    const std::vector<std::uint8_t> bytes(16 * 16 * 2);
    const ArrayView array(bytes.data(), DType::uint8, {2, 1, 16, 16});
    for (const std::string_view format : Video::array_formats()) {
        CAPTURE(format);
        const std::string whole = Video(array, {.format = std::string(format)}).read_file();
        CHECK(movie_frame_size(as_bytes(whole)).has_value());
        bool seen = false;
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto found = movie_frame_size(as_bytes(std::string_view(whole).substr(0, size)));
            // From here on the size is known.
            CHECK((!seen || found.has_value()));
            seen = seen || found.has_value();
            if (found) {
                CHECK(found->width == 16);
                CHECK(found->height == 16);
            }
        }
    }
}

TEST_CASE("a video can only be written to a run or an artifact") {
    class Nowhere final : public ValueSink {};
    Nowhere sink;
    test::check_throws([&] { Video::from_bytes("x").to_json(sink); }, ErrorCode::InvalidArgument,
                       "only be written to a run or an artifact");
}

} // namespace vitrine
