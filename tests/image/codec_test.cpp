// SPDX-License-Identifier: MIT
#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "image/codecs.hpp"
#include "image/samples.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

using namespace vitrine;
using test::check_throws;
using test::Sample;

namespace {

int greatest_difference(const Pixels& a, const Pixels& b) {
    int greatest = 0;
    for (std::size_t i = 0; i < a.bytes.size(); ++i) {
        greatest = std::max(greatest, std::abs(int{a.bytes[i]} - int{b.bytes[i]}));
    }
    return greatest;
}

} // namespace

TEST_CASE("every sample picture is probed and decoded to its pixels") {
    std::set<std::string> formats;
    for (const Sample& sample : test::all_samples()) {
        CAPTURE(sample.name);
        if (!sample.is_readable()) {
            check_throws([&] { probe_picture(as_bytes(sample.file)); }, ErrorCode::Unsupported,
                         "this build cannot read " + sample.format() + " pictures");
            continue;
        }
        const PictureInfo info = probe_picture(as_bytes(sample.file));
        CHECK(info.format == sample.format());
        CHECK(info.width == sample.pixels.width);
        CHECK(info.height == sample.pixels.height);
        CHECK(to_string(info.mode) == to_string(sample.pixels.mode));
        const Pixels pixels = decode_picture(as_bytes(sample.file));
        CHECK(pixels.width == sample.pixels.width);
        CHECK(pixels.height == sample.pixels.height);
        CHECK(pixels.mode == sample.pixels.mode);
        REQUIRE(pixels.bytes.size() == sample.pixels.bytes.size());
        CHECK(greatest_difference(pixels, sample.pixels) <= sample.tolerance);
        formats.insert(std::string(info.format));
    }
    const auto readable = picture_formats();
    CHECK(formats == std::set<std::string>(readable.begin(), readable.end()));
}

TEST_CASE("bytes after the end of a picture are ignored") {
    for (const Sample& sample : test::all_samples()) {
        if (!sample.is_readable() || sample.format() == "tiff") { // a TIFF has no end
            continue;
        }
        CAPTURE(sample.name);
        const Pixels whole = decode_picture(as_bytes(sample.file));
        CHECK(decode_picture(as_bytes(sample.file + "\n<!-- more -->")) == whole);
    }
}

TEST_CASE("the list of formats names each codec once") {
    std::set<std::string_view> names;
    for (const Codec* codec : codecs()) {
        CHECK(names.insert(codec->name).second);
        CHECK((codec->probe != nullptr) == codec->available);
        CHECK((codec->decode != nullptr) == codec->available);
    }
    for (const std::string_view required : {"png", "jpeg", "gif", "bmp", "webp", "pnm"}) {
        const auto readable = picture_formats();
        CHECK(std::find(readable.begin(), readable.end(), required) != readable.end());
    }
    CHECK(names.contains("tiff"));
}

TEST_CASE("bytes that are not a picture are refused as such") {
    struct Case {
        std::string data;
        std::string_view message;
    };
    const Case cases[] = {
        {"", "not a picture: the file is empty"},
        {"this is not an image", "not a picture of a known format: it starts with 'this is '"},
        {"\x89", "not a picture of a known format"},
        {"P", "not a picture of a known format"},
        {"P8 1 1 255\n1", "not a picture of a known format"},
        {"RIFF\x04\x00\x00\x00WAVE", "not a picture of a known format"},
        {"<svg/>", "not a picture of a known format: it starts with '<svg/>'"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.data);
        check_throws([&] { probe_picture(as_bytes(c.data)); }, ErrorCode::InvalidFormat, c.message);
        check_throws([&] { decode_picture(as_bytes(c.data)); }, ErrorCode::InvalidFormat,
                     c.message);
    }
}
