// SPDX-License-Identifier: MIT
// Pictures that are truncated, damaged, or have false headers.
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"
#include "image/deflater.hpp"
#include "image/samples.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>

using namespace vitrine;
using namespace std::string_literals;
using test::check_throws;
using test::Sample;

namespace {

std::string little(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text.push_back(static_cast<char>(value & 0xFF));
        value >>= 8;
    }
    return text;
}

std::string big(std::uint32_t value, int bytes) {
    std::string text = little(value, bytes);
    std::reverse(text.begin(), text.end());
    return text;
}

std::string png_chunk(const std::string& type, const std::string& data) {
    return big(static_cast<std::uint32_t>(data.size()), 4) + type + data +
           big(crc32_of(type + data), 4);
}

const std::string kPngStart = "\x89PNG\r\n\x1a\n";

std::string png_header(std::uint32_t width, std::uint32_t height, int depth, int colour) {
    return kPngStart + png_chunk("IHDR", big(width, 4) + big(height, 4) + static_cast<char>(depth) +
                                             static_cast<char>(colour) + "\0\0\0"s);
}

std::string png(std::uint32_t width, std::uint32_t height, int depth = 8, int colour = 2,
                const std::string& data = "\x78\x01\x03\0\0\0\0\x01"s) {
    return png_header(width, height, depth, colour) + png_chunk("IDAT", data) +
           png_chunk("IEND", "");
}

std::string jpeg(std::uint32_t width, std::uint32_t height, int precision = 8, int components = 3,
                 std::uint8_t marker = 0xC0) {
    std::string frame = static_cast<char>(precision) + big(height, 2) + big(width, 2) +
                        static_cast<char>(components);
    for (int i = 0; i < components; ++i) {
        frame += static_cast<char>(i + 1) + "\x11\0"s;
    }
    return "\xFF\xD8\xFF"s + static_cast<char>(marker) +
           big(static_cast<std::uint32_t>(frame.size() + 2), 2) + frame +
           "\xFF\xDA\0\x08\x01\x01\0\0\x3F\0"s + "\x12\x34\xFF\xD9"s;
}

std::string gif(std::uint32_t width, std::uint32_t height, std::uint32_t frame_width,
                std::uint32_t frame_height) {
    return "GIF89a" + little(width, 2) + little(height, 2) + "\x80\0\0"s + "\0\0\0\xFF\xFF\xFF"s +
           "\x2C\0\0\0\0"s + little(frame_width, 2) + little(frame_height, 2) +
           "\0\x02\x02\x44\x01\0\x3B"s;
}

std::string bmp(std::uint32_t width, std::uint32_t height, std::uint32_t depth = 24,
                std::uint32_t compression = 0, const std::string& data = "") {
    const std::string palette(depth <= 8 ? std::size_t{4} << depth : 0, '\0');
    const auto start = static_cast<std::uint32_t>(54 + palette.size());
    return "BM"s + little(0, 8) + little(start, 4) + little(40, 4) + little(width, 4) +
           little(height, 4) + little(1, 2) + little(depth, 2) + little(compression, 4) +
           little(0, 20) + palette + data;
}

std::string webp_chunk(const std::string& type, const std::string& data) {
    return type + little(static_cast<std::uint32_t>(data.size()), 4) + data;
}

std::string webp(const std::string& chunks) {
    return "RIFF" + little(static_cast<std::uint32_t>(chunks.size() + 4), 4) + "WEBP" + chunks;
}

/// An animation of this size with one frame of 1 x 1 pixels at this position.
std::string webp_animation(std::uint32_t width, std::uint32_t height, std::uint32_t left) {
    const std::string frame = webp_chunk("VP8L", "\x2F\0\0\0\0\x88\x88\x08"s);
    return webp(webp_chunk("VP8X", "\x02\0\0\0"s + little(width - 1, 3) + little(height - 1, 3)) +
                webp_chunk("ANMF", little(left / 2, 3) + little(0, 3) + little(0, 10) + frame));
}

/// A grey picture in one strip. libtiff corrects the size of an uncompressed strip (1).
std::string tiff(std::uint32_t width, std::uint32_t height, std::uint32_t strip_offset,
                 std::uint32_t strip_bytes, std::uint32_t compression = 1, std::uint32_t depth = 8,
                 std::uint32_t format = 1) {
    struct Tag {
        std::uint32_t name;
        std::uint32_t value;
    };
    const Tag tags[] = {{256, width},       {257, height},       {258, depth}, {259, compression},
                        {262, 1},           {273, strip_offset}, {277, 1},     {278, height},
                        {279, strip_bytes}, {339, format}};
    std::string text = "II*\0"s + little(8, 4) + little(std::size(tags), 2);
    for (const Tag& tag : tags) {
        text += little(tag.name, 2) + little(4, 2) + little(1, 4) + little(tag.value, 4);
    }
    return text + little(0, 4) + std::string(16, '\0');
}

/// One tile of that size, which holds a byte.
std::string tiff_tile(std::uint32_t width, std::uint32_t height) {
    const std::string strip = tiff(16, 16, 8, 1, 5);
    constexpr std::size_t kTag = 12;
    // Without the tags of strips.
    std::string text = strip.substr(0, 8) + little(10, 2) + strip.substr(10, 5 * kTag) +
                       strip.substr(10 + 6 * kTag, kTag);
    std::uint32_t name = 322;
    for (const std::uint32_t value : {width, height, 8U, 1U}) {
        text += little(name++, 2) + little(4, 2) + little(1, 4) + little(value, 4);
    }
    return text + little(0, 4);
}

struct Case {
    std::string data;
    std::string_view message;
    ErrorCode code = ErrorCode::InvalidFormat;
};

void check_refused(const Case& c) {
    CAPTURE(c.message);
    check_throws([&] { probe_picture(as_bytes(c.data)); }, c.code, c.message);
    check_throws([&] { decode_picture(as_bytes(c.data)); }, c.code, c.message);
}

} // namespace

TEST_CASE("false headers are refused before anything is allocated") {
    const Case cases[] = {
        {png(65501, 1), "png picture of 65501 x 1 pixels: expected at most 65500 a side"},
        {png(1, 65501), "png picture of 1 x 65501 pixels: expected at most 65500 a side"},
        {png(0, 5), "png picture without pixels: 0 x 5"},
        {png(5, 0), "png picture without pixels: 5 x 0"},
        {png(0xFFFFFFFF, 0xFFFFFFFF), "png picture of 4294967295 x 4294967295 pixels"},
        {png(40000, 40000),
         "png picture of 40000 x 40000 pixels needs 4800000000 bytes: expected at most 2147483648"},
        {png(30000, 20000), "truncated png: its header claims 30000 x 20000 pixels, which 8 bytes "
                            "of data cannot hold"},
        {png(2, 2, 8, 5), "damaged png: unknown colour type 5"},
        {png(2, 2, 8, 3), "damaged png: it has no palette"},
        {jpeg(65535, 65535), "jpeg picture of 65535 x 65535 pixels: expected at most 65500 a side"},
        {jpeg(0, 4), "jpeg picture without pixels: 0 x 4"},
        {jpeg(4, 0), "jpeg picture without pixels: 4 x 0"},
        {jpeg(65000, 65000), "needs 12675000000 bytes: expected at most 2147483648"},
        {jpeg(20000, 20000), "truncated jpeg: its header claims 20000 x 20000 pixels"},
        {jpeg(8, 8, 12), "jpeg with 12 bits a channel", ErrorCode::Unsupported},
        {jpeg(8, 8, 8, 2), "jpeg with 2 channels", ErrorCode::Unsupported},
        {gif(65535, 1, 1, 1), "gif picture of 65535 x 1 pixels: expected at most 65500 a side"},
        {gif(40000, 40000, 1, 1), "needs 6400000000 bytes: expected at most 2147483648"},
        {gif(10, 10, 65535, 10), "gif picture of 65535 x 10 pixels"},
        {gif(10, 10, 0, 10), "gif picture without pixels: 0 x 10"},
        {gif(20000, 20000, 1, 1), "truncated gif: its header claims 20000 x 20000 pixels"},
        {gif(20000, 20000, 20000, 20000), "truncated gif: its header claims 20000 x 20000 pixels"},
        {bmp(65501, 1), "bmp picture of 65501 x 1 pixels: expected at most 65500 a side"},
        {bmp(0, 1), "damaged bmp: its width is 0"},
        {bmp(0x80000000, 1), "damaged bmp: its width is -2147483648"},
        {bmp(1, 0), "bmp picture without pixels: 1 x 0"},
        {bmp(1, 0x80000000), "bmp picture of 1 x 2147483648 pixels"},
        {bmp(40000, 40000), "needs 4800000000 bytes: expected at most 2147483648"},
        {bmp(20000, 20000), "truncated bmp: expected 1200000000 bytes at offset 54, got 0"},
        {bmp(2, 2, 7), "bmp with 7 bits and compression 0", ErrorCode::Unsupported},
        {bmp(2, 2, 24, 4), "bmp with 24 bits and compression 4", ErrorCode::Unsupported},
        {bmp(9, 9, 8, 1, "\x09\x01"s), "truncated bmp"},
        {webp_animation(65501, 1, 0), "webp picture of 65501 x 1 pixels"},
        {webp_animation(1 << 24, 1 << 24, 0), "webp picture of 16777216 x 16777216 pixels"},
        {webp_animation(40000, 40000, 0), "needs 6400000000 bytes: expected at most 2147483648"},
        {webp_animation(20000, 20000, 0), "truncated webp: its header claims 20000 x 20000 pixels"},
        {webp_animation(4, 4, 6), "damaged webp: its first frame reaches outside its canvas"},
        {webp(""), "damaged webp: it has no picture"},
        {webp(webp_chunk("VP8 ", "abcdefghijkl")), "damaged webp: bad header"},
        {"P5 65501 1 255\n", "pnm picture of 65501 x 1 pixels: expected at most 65500 a side"},
        {"P5 0 1 255\n", "pnm picture without pixels: 0 x 1"},
        {"P6 40000 40000 255\n", "needs 4800000000 bytes: expected at most 2147483648"},
        {"P5 40000 40000 255\n", "truncated pnm: expected 1600000000 bytes at offset 19, got 0"},
        {"P2 40000 40000 255\n1 2 3", "truncated pnm: expected 1600000000 bytes at offset 19"},
        {"P5 99999999999 1 255\n", "damaged pnm: a number of more than 9 digits"},
        {"P5 2 2 65536\n", "damaged pnm: expected a maximum of 1 to 65535, got 65536"},
        {"P5 2 2 0\n", "damaged pnm: expected a maximum of 1 to 65535, got 0"},
        {"P5 2 -2 255\n", "damaged pnm: expected a number at offset 5"},
        {"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 9\nMAXVAL 255\nENDHDR\n", "pnm with 9 channels",
         ErrorCode::Unsupported},
        {"P7\nCOLOUR 2\n", "damaged pnm: unknown header line 'COLOUR'"},
    };
    for (const Case& c : cases) {
        check_refused(c);
    }
}

TEST_CASE("false TIFF headers are refused before anything is allocated") {
    const auto formats = picture_formats();
    if (std::find(formats.begin(), formats.end(), "tiff") == formats.end()) {
        check_refused(
            {tiff(2, 2, 0, 4), "this build cannot read tiff pictures", ErrorCode::Unsupported});
        return;
    }
    const Case cases[] = {
        {tiff(65501, 1, 140, 4), "tiff picture of 65501 x 1 pixels: expected at most 65500 a side"},
        {tiff(50000, 50000, 140, 4), "needs 2500000000 bytes: expected at most 2147483648"},
        {tiff(40000, 40000, 140, 4), "truncated tiff: expected 40000 bytes at offset 140, got 10"},
        {tiff(40000, 40000, 140, 4, 5), "truncated tiff: its header claims 40000 x 40000 pixels"},
        {tiff(2, 2, 1000, 4), "truncated tiff: expected 4 bytes at offset 1000, got 0"},
        {tiff(2, 2, 140, 1000, 5), "truncated tiff: expected 1000 bytes at offset 140"},
        {tiff(40000, 40000, 8, 4, 5, 1),
         "truncated tiff: its header claims 40000 x 40000 pixels, which 4 bytes of data"},
        {tiff_tile(65536, 16384),
         "damaged tiff: a strip or tile of 1073741824 bytes in a file of 134 bytes"},
        {tiff(2, 2, 8, 4, 1, 32, 3), "tiff with samples that are not unsigned integers",
         ErrorCode::Unsupported},
        {tiff(2, 2, 8, 4, 1, 32, 1), "tiff with 32 bits a channel", ErrorCode::Unsupported},
    };
    for (const Case& c : cases) {
        check_refused(c);
    }
    CHECK(decode_picture(as_bytes(tiff(2, 2, 140, 4))).bytes.size() == 4);
}

TEST_CASE("every prefix of a picture is refused, or decodes to the whole picture") {
    for (const Sample& sample : test::all_samples()) {
        if (!sample.is_readable()) {
            continue;
        }
        CAPTURE(sample.name);
        const std::string_view file = sample.file;
        const Pixels whole = decode_picture(as_bytes(file));
        std::size_t accepted = 0;
        std::size_t wrong = 0;
        for (std::size_t size = 0; size < file.size(); ++size) {
            try {
                // probe_picture alone must find the damage: decode_picture calls it first.
                probe_picture(as_bytes(file.substr(0, size)));
                ++accepted;
                wrong += decode_picture(as_bytes(file.substr(0, size))) == whole ? 0 : 1;
            } catch (const Error& error) {
                CHECK(std::string_view(error.what()) != "");
            }
        }
        CHECK(wrong == 0);
        // These may be missing: padding of the last row, white space after the last number; in a
        // TIFF the end of the last directory, with the resolution.
        CHECK(accepted <= (sample.format() == "tiff" ? 24 : 3));
    }
}

TEST_CASE("a picture with any one byte changed is refused or decoded without a crash") {
    for (const Sample& sample : test::all_samples()) {
        if (!sample.is_readable()) {
            continue;
        }
        CAPTURE(sample.name);
        int refused = 0;
        for (std::size_t i = 0; i < sample.file.size(); ++i) {
            for (const int change : {0xFF, 0x01, 0x80}) {
                std::string file = sample.file;
                file[i] = static_cast<char>(file[i] ^ change);
                try {
                    const Pixels pixels = decode_picture(as_bytes(file));
                    (void)pixels.view(); // throws if the size were wrong
                } catch (const Error& error) {
                    CHECK(to_string(error.code()) != to_string(ErrorCode::InvalidArgument));
                    ++refused;
                }
            }
        }
        CHECK(refused > 0);
    }
}

TEST_CASE("damage in a PNG's data is found by its checksums") {
    const Pixels pixels{40, 40, PixelMode::L, std::vector<std::uint8_t>(1600, 7)};
    const std::string good = encode_png(pixels);
    const std::size_t data = good.find("IDAT") + 4;
    std::string wrong_crc = good;
    wrong_crc[good.find("IEND") - 5] ^= 1;
    CHECK(decode_picture(as_bytes(wrong_crc)) == pixels);
    std::string wrong_data = good;
    wrong_data[data + 8] ^= 1;
    check_refused({wrong_data, "damaged png: wrong checksum of its picture data"});
    std::string wrong_header = good;
    wrong_header[19] ^= 1;
    check_refused({wrong_header, "damaged png: wrong checksum of its chunk IHDR"});
    check_refused({kPngStart + png_chunk("IDAT", "abc"), "damaged png: expected a header"});
    check_refused({png_header(2, 2, 8, 2) + png_chunk("IEND", ""), "it has no picture data"});
}

TEST_CASE("JPEG markers are checked up to the end of the image") {
    check_refused({"\xFF\xD8\xFF\xD9"s, "damaged jpeg: it has no picture data"});
    check_refused(
        {"\xFF\xD8\xFF\xE0\0\x01"s, "damaged jpeg: expected a segment of at least 2 bytes, got 1"});
    check_refused(
        {"\xFF\xD8\xFF\xE0\x10\0abc"s, "truncated jpeg: expected 4094 bytes at offset 6, got 3"});
    check_refused({jpeg(8, 8).substr(0, jpeg(8, 8).size() - 2), "no end-of-image marker"});
}
