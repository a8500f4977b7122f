// SPDX-License-Identifier: MIT
#include <vitrine/image/array_view.hpp>
#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <vector>

using namespace vitrine;
using test::check_throws;

namespace {

std::vector<std::uint8_t> words(const std::vector<std::uint16_t>& values) {
    std::vector<std::uint8_t> bytes(values.size() * 2);
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

} // namespace

TEST_CASE("pixels can be viewed as an array of height, width and channels") {
    const Pixels rgb{3, 2, PixelMode::RGB, std::vector<std::uint8_t>(18)};
    CHECK(rgb.view().shape_text() == "[2, 3, 3]");
    CHECK(rgb.view().dtype() == DType::uint8);
    const Pixels wide{3, 2, PixelMode::I16, std::vector<std::uint8_t>(12)};
    CHECK(wide.view().shape_text() == "[2, 3]");
    CHECK(wide.view().dtype() == DType::uint16);
    const Pixels wrong{3, 2, PixelMode::L, std::vector<std::uint8_t>(5)};
    check_throws([&] { (void)wrong.view(); }, ErrorCode::InvalidArgument,
                 "pixels of 3 x 2 in mode 'L': expected 6 bytes, got 5");
}

TEST_CASE("a picture is converted from every mode to every mode") {
    struct Case {
        PixelMode from;
        std::vector<std::uint8_t> in;
        PixelMode to;
        std::vector<std::uint8_t> out;
    };
    using enum PixelMode;
    // 10, 200, 60 is grey 127: (10 * 19595 + 200 * 38470 + 60 * 7471 + 32768) >> 16.
    const Case cases[] = {
        {L, {9}, L, {9}},
        {L, {9}, LA, {9, 255}},
        {L, {9}, RGB, {9, 9, 9}},
        {L, {9}, RGBA, {9, 9, 9, 255}},
        {L, {9}, I16, words({0x0909})},
        {LA, {9, 4}, L, {9}},
        {LA, {9, 4}, LA, {9, 4}},
        {LA, {9, 4}, RGB, {9, 9, 9}},
        {LA, {9, 4}, RGBA, {9, 9, 9, 4}},
        {LA, {9, 4}, I16, words({0x0909})},
        {RGB, {10, 200, 60}, L, {127}},
        {RGB, {255, 255, 255}, L, {255}},
        {RGB, {10, 200, 60}, LA, {127, 255}},
        {RGB, {10, 200, 60}, RGB, {10, 200, 60}},
        {RGB, {10, 200, 60}, RGBA, {10, 200, 60, 255}},
        {RGB, {10, 200, 60}, I16, words({0x7F7F})},
        {RGBA, {10, 200, 60, 5}, L, {127}},
        {RGBA, {10, 200, 60, 5}, LA, {127, 5}},
        {RGBA, {10, 200, 60, 5}, RGB, {10, 200, 60}},
        {RGBA, {10, 200, 60, 5}, RGBA, {10, 200, 60, 5}},
        {RGBA, {10, 200, 60, 5}, I16, words({0x7F7F})},
        {I16, words({0x12FF}), L, {0x12}},
        {I16, words({0x12FF}), LA, {0x12, 255}},
        {I16, words({0x12FF}), RGB, {0x12, 0x12, 0x12}},
        {I16, words({0x12FF}), RGBA, {0x12, 0x12, 0x12, 255}},
        {I16, words({0x12FF}), I16, words({0x12FF})},
    };
    for (const Case& c : cases) {
        const std::string from(to_string(c.from));
        const std::string to(to_string(c.to));
        CAPTURE(from);
        CAPTURE(to);
        const Pixels result = convert({1, 1, c.from, c.in}, c.to);
        CHECK(result == Pixels{1, 1, c.to, c.out});
    }
}

TEST_CASE("grey converted to colour and back is unchanged") {
    Pixels grey{16, 16, PixelMode::L, {}};
    for (unsigned i = 0; i < 256; ++i) {
        grey.bytes.push_back(static_cast<std::uint8_t>(i));
    }
    for (const PixelMode mode : {PixelMode::LA, PixelMode::RGB, PixelMode::RGBA, PixelMode::I16}) {
        CHECK(convert(convert(grey, mode), PixelMode::L) == grey);
    }
}

TEST_CASE("red and blue are swapped and swapped back") {
    const Pixels rgb{2, 1, PixelMode::RGB, {1, 2, 3, 4, 5, 6}};
    CHECK(swap_red_and_blue(rgb).bytes == std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4});
    CHECK(swap_red_and_blue(swap_red_and_blue(rgb)) == rgb);
    const Pixels rgba{1, 1, PixelMode::RGBA, {1, 2, 3, 4}};
    CHECK(swap_red_and_blue(rgba).bytes == std::vector<std::uint8_t>{3, 2, 1, 4});
    check_throws(
        [] {
            swap_red_and_blue({1, 1, PixelMode::L, {0}});
        },
        ErrorCode::InvalidArgument, "expected mode 'RGB' or 'RGBA', got 'L'");
}

TEST_CASE("a BGR picture with padded rows is read and written") {
    constexpr std::size_t kHeight = 5;
    constexpr std::size_t kWidth = 7;
    constexpr std::size_t kStep = 32; // as a matrix of OpenCV that is part of a larger one
    std::vector<std::uint8_t> matrix(kHeight * kStep, 99);
    for (std::size_t y = 0; y < kHeight; ++y) {
        for (std::size_t x = 0; x < kWidth * 3; ++x) {
            matrix[y * kStep + x] = static_cast<std::uint8_t>(2 + y * 40 + x);
        }
    }
    const ArrayView view(matrix.data(), DType::uint8, {kHeight, kWidth, 3},
                         {static_cast<std::ptrdiff_t>(kStep), 3, 1});
    const Pixels bgr{kWidth, kHeight, guess_mode(view), to_uint8(view)};
    const std::string png = encode_png(swap_red_and_blue(bgr));
    const Pixels decoded = decode_picture(as_bytes(png));
    CHECK(decoded.bytes[0] == matrix[2]);
    CHECK(decoded.bytes[2] == matrix[0]);
    const Pixels back = swap_red_and_blue(decoded);
    for (std::size_t y = 0; y < kHeight; ++y) {
        CHECK(std::memcmp(back.bytes.data() + y * kWidth * 3, matrix.data() + y * kStep,
                          kWidth * 3) == 0);
    }
}
