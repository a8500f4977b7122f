// SPDX-License-Identifier: MIT
#include <vitrine/image/array_view.hpp>

#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

using namespace vitrine;
using test::check_throws;

TEST_CASE("every element type has NumPy's name and size") {
    struct Case {
        DType dtype;
        std::string_view name;
        std::size_t size;
    };
    const Case cases[] = {
        {DType::uint8, "uint8", 1},     {DType::uint16, "uint16", 2},
        {DType::uint32, "uint32", 4},   {DType::uint64, "uint64", 8},
        {DType::int8, "int8", 1},       {DType::int16, "int16", 2},
        {DType::int32, "int32", 4},     {DType::int64, "int64", 8},
        {DType::float16, "float16", 2}, {DType::float32, "float32", 4},
        {DType::float64, "float64", 8}, {DType::bool_, "bool", 1},
    };
    for (const Case& c : cases) {
        CHECK(to_string(c.dtype) == c.name);
        CHECK(size_of(c.dtype) == c.size);
    }
}

TEST_CASE("strides of a packed array are those of C order") {
    const std::array<std::uint16_t, 24> data{};
    const ArrayView array(data.data(), DType::uint16, {2, 3, 4});
    CHECK(array.size() == 24);
    CHECK(array.shape_text() == "[2, 3, 4]");
    CHECK(std::vector(array.strides().begin(), array.strides().end()) ==
          std::vector<std::ptrdiff_t>{24, 8, 2});
}

TEST_CASE("an array without dimensions has one element, an empty array has none") {
    const std::uint8_t value = 7;
    CHECK(ArrayView(&value, DType::uint8, {}).size() == 1);
    CHECK(ArrayView(&value, DType::uint8, {}).shape_text() == "[]");
    CHECK(ArrayView(nullptr, DType::uint8, {3, 0, 2}).size() == 0);
}

TEST_CASE("squeezed drops the dimensions of length 1 with their strides") {
    const std::array<std::uint8_t, 64> data{};
    const ArrayView array(data.data(), DType::uint8, {1, 4, 1, 3}, {1000, 16, -7, 2});
    const ArrayView squeezed = array.squeezed();
    CHECK(squeezed.shape_text() == "[4, 3]");
    CHECK(std::vector(squeezed.strides().begin(), squeezed.strides().end()) ==
          std::vector<std::ptrdiff_t>{16, 2});
    CHECK(squeezed.data() == array.data());
    CHECK(ArrayView(data.data(), DType::uint8, {1, 1}).squeezed().shape_text() == "[]");
}

TEST_CASE("an array whose strides, size or data do not fit its shape is refused") {
    constexpr std::size_t kHuge = std::size_t{1} << 40;
    constexpr std::ptrdiff_t kFar = std::numeric_limits<std::ptrdiff_t>::max();
    constexpr std::ptrdiff_t kNear = std::numeric_limits<std::ptrdiff_t>::min();
    const std::uint8_t byte = 0;
    struct Case {
        const void* data;
        std::vector<std::size_t> shape;
        std::vector<std::ptrdiff_t> strides; // packed where empty
        std::string_view message;
    };
    const Case cases[] = {
        {nullptr, {2, 2}, {}, "array of shape [2, 2] has no data"},
        {&byte, {2, 2}, {2}, "array of shape [2, 2]: expected 2 strides, got 1"},
        {&byte, {kHuge, kHuge}, {}, "does not fit in memory"},
        {&byte, {kHuge, kHuge, 0}, {}, "does not fit in memory"},
        {&byte, {kHuge, kHuge}, {0, 0}, "does not fit in memory"},
        {&byte, {std::numeric_limits<std::size_t>::max()}, {}, "does not fit in memory"},
        {&byte, {3}, {kFar}, "of shape [3] and type uint8 does not fit in memory"},
        {&byte, {3}, {kNear}, "does not fit in memory"},
        {&byte, {2, 2}, {kFar, kFar}, "does not fit in memory"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        check_throws(
            [&] {
                if (c.strides.empty()) {
                    const ArrayView array(c.data, DType::uint8, c.shape);
                } else {
                    const ArrayView array(c.data, DType::uint8, c.shape, c.strides);
                }
            },
            ErrorCode::InvalidArgument, c.message);
    }
}

TEST_CASE("the mode is guessed from the shape") {
    struct Case {
        std::vector<std::size_t> shape;
        PixelMode mode;
    };
    const Case cases[] = {
        {{5, 4}, PixelMode::L},         {{5, 3}, PixelMode::L},       {{5, 4, 1}, PixelMode::L},
        {{5, 4, 3}, PixelMode::RGB},    {{5, 4, 4}, PixelMode::RGBA}, {{3}, PixelMode::RGB},
        {{2, 5, 4, 3}, PixelMode::RGB},
    };
    const std::vector<std::uint8_t> data(200);
    for (const Case& c : cases) {
        const ArrayView array(data.data(), DType::uint8, c.shape);
        CAPTURE(array.shape_text());
        CHECK(guess_mode(array) == c.mode);
    }
    const std::vector<std::size_t> bad[] = {{}, {5}, {1}, {5, 4, 2}, {5, 4, 5}, {1, 1, 1, 1}};
    for (const auto& shape : bad) {
        const ArrayView array(data.data(), DType::uint8, shape);
        check_throws([&] { guess_mode(array); }, ErrorCode::InvalidArgument,
                     "un-supported shape for image conversion " + array.shape_text());
    }
}
