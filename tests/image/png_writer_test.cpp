// SPDX-License-Identifier: MIT
#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "image/codecs.hpp"
#include "image/deflater.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>
#include <malloc.h>
#include <zlib.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace vitrine;
using test::check_throws;

namespace {

constexpr PixelMode kPngModes[] = {PixelMode::L, PixelMode::LA, PixelMode::RGB, PixelMode::RGBA,
                                   PixelMode::I16};

Pixels made(std::uint32_t width, std::uint32_t height, PixelMode mode,
            const std::function<std::uint32_t(std::size_t x, std::size_t y)>& value) {
    Pixels pixels = blank_pixels({{}, width, height, mode});
    const std::size_t row_bytes = width * pixel_size(mode);
    for (std::size_t i = 0; i < pixels.bytes.size(); ++i) {
        pixels.bytes[i] = static_cast<std::uint8_t>(value(i % row_bytes, i / row_bytes));
    }
    return pixels;
}

Pixels noise(std::uint32_t width, std::uint32_t height, PixelMode mode) {
    std::mt19937 random(width * 31 + height);
    return made(width, height, mode, [&](std::size_t, std::size_t) { return random(); });
}

/// Slopes with a little grain.
Pixels natural(std::uint32_t width, std::uint32_t height, PixelMode mode) {
    std::mt19937 random(5);
    return made(width, height, mode, [&](std::size_t x, std::size_t y) {
        return static_cast<std::uint32_t>(x * x / 97 + y * 3 + x * y / 301) / 4 + random() % 7;
    });
}

struct Chunk {
    std::string type;
    std::string data;
};

std::vector<Chunk> chunks_of(const std::string& png) {
    std::vector<Chunk> chunks;
    for (std::size_t i = 8; i < png.size();) {
        std::size_t size = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            size = size << 8 | static_cast<unsigned char>(png[i + k]);
        }
        chunks.push_back({png.substr(i + 4, 4), png.substr(i + 8, size)});
        i += size + 12;
    }
    return chunks;
}

/// The filtered rows in a PNG, inflated by zlib.
std::vector<std::uint8_t> filtered_rows(const std::string& png, const Pixels& pixels) {
    std::string data;
    for (const Chunk& chunk : chunks_of(png)) {
        data += chunk.type == "IDAT" ? chunk.data : "";
    }
    std::vector<std::uint8_t> rows(pixels.bytes.size() + pixels.height);
    uLongf size = rows.size();
    REQUIRE(uncompress(rows.data(), &size, reinterpret_cast<const Bytef*>(data.data()),
                       data.size()) == Z_OK);
    REQUIRE(size == rows.size());
    return rows;
}

} // namespace

TEST_CASE("pixels of every mode and size are restored unchanged") {
    struct Size {
        std::uint32_t width;
        std::uint32_t height;
    };
    const Size sizes[] = {{1, 1},  {1, 2},   {2, 1},   {1, 40},   {40, 1},
                          {3, 3},  {5, 4},   {15, 7},  {16, 8},   {17, 9},
                          {31, 2}, {65, 33}, {255, 3}, {1400, 2}, {300, 200}};
    for (const PixelMode mode : kPngModes) {
        for (const Size& size : sizes) {
            const std::string name(to_string(mode));
            CAPTURE(name);
            CAPTURE(size.width);
            CAPTURE(size.height);
            const Pixels flat =
                made(size.width, size.height, mode, [](std::size_t, std::size_t) { return 0xC3; });
            for (const Pixels& pixels : {noise(size.width, size.height, mode), flat,
                                         natural(size.width, size.height, mode)}) {
                const std::string png = encode_png(pixels);
                const PictureInfo info = probe_picture(as_bytes(png));
                CHECK(info.format == "png");
                CHECK(info.mode == mode);
                CHECK(decode_picture(as_bytes(png)) == pixels);
            }
        }
    }
}

TEST_CASE("a picture with a side of the maximum length is restored unchanged") {
    for (const Pixels& pixels : {natural(kMaxPictureDimension, 2, PixelMode::RGB),
                                 natural(2, kMaxPictureDimension, PixelMode::L)}) {
        CHECK(decode_picture(as_bytes(encode_png(pixels))) == pixels);
    }
}

TEST_CASE("a large picture is written in several IDAT chunks") {
    const Pixels pixels = noise(2100, 1500, PixelMode::RGB);
    const std::string png = encode_png(pixels);
    const auto chunks = chunks_of(png);
    CHECK(std::count_if(chunks.begin(), chunks.end(),
                        [](const Chunk& chunk) { return chunk.type == "IDAT"; }) == 2);
    CHECK(decode_picture(as_bytes(png)) == pixels);
}

TEST_CASE("a PNG has a header, data, an end and nothing else") {
    struct Case {
        PixelMode mode;
        std::string header; // after width and height
    };
    using namespace std::string_literals;
    const Case cases[] = {
        {PixelMode::L, "\x08\0\0\0\0"s},     {PixelMode::LA, "\x08\x04\0\0\0"s},
        {PixelMode::RGB, "\x08\x02\0\0\0"s}, {PixelMode::RGBA, "\x08\x06\0\0\0"s},
        {PixelMode::I16, "\x10\0\0\0\0"s},
    };
    for (const Case& c : cases) {
        const std::string png = encode_png(natural(258, 3, c.mode));
        const auto chunks = chunks_of(png);
        REQUIRE(chunks.size() == 3);
        CHECK(chunks[0].type == "IHDR");
        CHECK(chunks[0].data == "\0\0\x01\x02\0\0\0\x03"s + c.header);
        CHECK(chunks[1].type == "IDAT");
        CHECK(chunks[2].type == "IEND");
        CHECK(chunks[2].data.empty());
    }
}

TEST_CASE("the same pixels are encoded to the same bytes") {
    const Pixels pixels = natural(301, 207, PixelMode::RGB);
    CHECK(encode_png(pixels) == encode_png(pixels));
}

TEST_CASE("each filter is chosen where it fits") {
    struct Case {
        int filter;
        std::function<std::uint32_t(std::size_t, std::size_t)> value;
    };
    std::mt19937 random(3);
    std::vector<std::uint8_t> line(64);
    std::generate(line.begin(), line.end(), [&] { return static_cast<std::uint8_t>(random()); });
    const Case cases[] = {
        {0, [](std::size_t x, std::size_t) { return x % 2 == 0 ? 1U : 255U; }},
        {1, [&](std::size_t, std::size_t y) { return line[y]; }},
        {2, [&](std::size_t x, std::size_t) { return line[x]; }},
        {3, [](std::size_t x, std::size_t y) { return x % 2 == 0 ? 40U * (y % 2) : 60U; }},
        {4, [&](std::size_t x, std::size_t y) { return (x < y ? 0U : 100U) + line[x]; }},
    };
    std::set<int> chosen;
    for (const Case& c : cases) {
        const Pixels pixels = made(64, 64, PixelMode::L, c.value);
        const auto rows = filtered_rows(encode_png(pixels), pixels);
        for (std::size_t y = 1; y < 64; ++y) {
            chosen.insert(rows[y * 65]);
        }
    }
    CHECK(chosen == std::set<int>{0, 1, 2, 3, 4});
    const Pixels columns = made(64, 64, PixelMode::L, cases[2].value);
    CHECK(filtered_rows(encode_png(columns), columns)[5 * 65] == 2);
}

TEST_CASE("a picture is at most 12 percent larger than with zlib's default level") {
    const Pixels noisy = natural(512, 512, PixelMode::RGB);
    // Lines of text: the same few glyphs again and again.
    std::mt19937 random(9);
    std::vector<std::uint8_t> glyphs(26 * 12 * 8);
    std::generate(glyphs.begin(), glyphs.end(),
                  [&] { return static_cast<std::uint8_t>(random() % 3 == 0 ? 0 : 255); });
    std::vector<std::size_t> letters(64 * 32);
    std::generate(letters.begin(), letters.end(), [&] { return random() % 26; });
    const Pixels text = made(512, 384, PixelMode::L, [&](std::size_t x, std::size_t y) {
        return glyphs[(letters[y / 12 * 64 + x / 8] * 12 + y % 12) * 8 + x % 8];
    });
    struct Case {
        const Pixels& pixels;
        double most;
    };
    // A drawing may be larger, since the search for matches is fast, not thorough.
    for (const Case& c : {Case{noisy, 1.12}, Case{text, 2.0}}) {
        const std::string png = encode_png(c.pixels);
        const auto rows = filtered_rows(png, c.pixels);
        std::vector<Bytef> best(compressBound(rows.size()));
        uLongf size = best.size();
        REQUIRE(compress2(best.data(), &size, rows.data(), rows.size(), 6) == Z_OK);
        CAPTURE(c.pixels.height);
        CHECK(static_cast<double>(png.size()) <= c.most * static_cast<double>(size));
    }
}

TEST_CASE("pixels that are not a picture are refused") {
    struct Case {
        Pixels pixels;
        std::string_view message;
    };
    const Case cases[] = {
        {{0, 5, PixelMode::L, {}}, "cannot encode a picture of 0 x 5 pixels"},
        {{5, 0, PixelMode::RGB, {}}, "cannot encode a picture of 5 x 0 pixels"},
        {{2, 2, PixelMode::RGB, {1, 2, 3}}, "2 x 2 pixels: expected 12 bytes, got 3"},
        {{65501, 1, PixelMode::L, std::vector<std::uint8_t>(65501)},
         "expected at most 65500 a side"},
        {{60000, 60000, PixelMode::RGB, {}}, "60000 x 60000 pixels: expected at most 65500"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        check_throws([&] { encode_png(c.pixels); }, ErrorCode::InvalidArgument, c.message);
    }
}

TEST_CASE("the deflater writes the same stream for any division into pieces") {
    std::mt19937 random(1);
    std::vector<std::uint8_t> data(300000);
    std::generate(data.begin(), data.end(),
                  [&] { return static_cast<std::uint8_t>(random() % 9); });
    for (const Matches matches : {Matches::none, Matches::runs, Matches::anywhere}) {
        for (const std::size_t piece : {std::size_t{1000}, std::size_t{65536}, data.size()}) {
            Deflater deflater(matches);
            std::string out;
            for (std::size_t i = 0; i < data.size(); i += piece) {
                const std::size_t size = std::min(piece, data.size() - i);
                deflater.add(std::span(data).subspan(i, size), i + size == data.size(), out);
            }
            std::vector<std::uint8_t> back(data.size());
            uLongf size = back.size();
            CHECK(uncompress(back.data(), &size, reinterpret_cast<const Bytef*>(out.data()),
                             out.size()) == Z_OK);
            CHECK(back == data);
        }
    }
    CHECK(crc32_of("123456789") == 0xCBF43926U);
    CHECK((Deflater::library() == "isa-l" || Deflater::library() == "zlib"));
}

TEST_CASE("the bytes of a picture depend on its pixels alone") {
    std::mt19937 random(7);
    for (const std::uint32_t side : {4U, 5U, 16U, 61U, 200U}) {
        CAPTURE(side);
        Pixels pixels{side, side, PixelMode::RGB, std::vector<std::uint8_t>(side * side * 3)};
        std::ranges::generate(pixels.bytes,
                              [&] { return static_cast<std::uint8_t>(random() % 6 * 40); });
        const std::string first = encode_png(pixels);
        for (const int fill : {1, 85, 148, 201}) {
            // Memory from malloc contains these bytes from here on.
            ::mallopt(M_PERTURB, fill);
            CHECK(encode_png(pixels) == first);
        }
        ::mallopt(M_PERTURB, 0);
    }
}
