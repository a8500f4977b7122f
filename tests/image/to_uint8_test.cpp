// SPDX-License-Identifier: MIT
#include <vitrine/image/array_view.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/npy.hpp"
#include "support/paths.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <vector>

using namespace vitrine;
using test::check_throws;
using Bytes = std::vector<std::uint8_t>;

namespace {

template <class T>
Bytes converted(const std::vector<T>& values, DType dtype) {
    return to_uint8(ArrayView(values.data(), dtype, {values.size()}));
}

/// Variants whose elements an ArrayView cannot describe.
const std::map<std::string, std::string> kNotExpressible = {
    {"bigendian_i2", "not in the machine's byte order"},
    {"bigendian_f4", "not in the machine's byte order"},
    {"complex", "complex numbers"},
    {"strings", "texts"},
    {"datetime", "dates"},
};

void check_variant(const nlohmann::json& variant, const test::NpyArray& array,
                   const std::filesystem::path& folder) {
    const ArrayView view = array.shape.size() > 2 ? array.view().squeezed() : array.view();
    if (variant.contains("u8")) {
        const std::string expected = read_file(folder / variant["u8"]["file"].get<std::string>());
        CHECK(to_uint8(view) == Bytes(expected.begin(), expected.end()));
    } else {
        check_throws([&] { to_uint8(view); }, ErrorCode::InvalidArgument, "has no elements");
    }
    if (variant.contains("guess_mode")) {
        CHECK(to_string(guess_mode(view)) == variant["guess_mode"].get<std::string>());
    } else {
        check_throws([&] { guess_mode(view); }, ErrorCode::InvalidArgument,
                     "un-supported shape for image conversion " + view.shape_text());
    }
}

} // namespace

TEST_CASE("every golden array becomes the pixels that W&B makes of it") {
    const auto golden = test::golden_dir();
    if (!golden) {
        test::skip("no golden data");
        return;
    }
    const auto folder = *golden / "pixels";
    const auto document = nlohmann::json::parse(read_file(folder / "case.json"));
    int tested = 0;
    int undefined = 0;
    std::map<std::string, std::string> left_out;
    for (const auto& variant : document["variants"]) {
        const auto name = variant["name"].get<std::string>();
        CAPTURE(name);
        const test::NpyArray array = test::read_npy(folder / variant["npy"].get<std::string>());
        if (!array.dtype()) {
            const auto reason = kNotExpressible.find(name);
            CHECK(reason != kNotExpressible.end());
            left_out[name] = reason == kNotExpressible.end() ? "?" : reason->second;
            MESSAGE("not expressible: " << name << " (" << left_out[name] << ")");
            continue;
        }
        check_variant(variant, array, folder);
        ++tested;
        undefined += variant.value("undefined", false) ? 1 : 0;
    }
    MESSAGE(tested << " variants tested, " << undefined << " of them undefined in C, "
                   << left_out.size() << " not expressible");
    CHECK(left_out == kNotExpressible);
    CHECK(tested + static_cast<int>(left_out.size()) ==
          static_cast<int>(document["variants"].size()));
}

TEST_CASE("values are stretched, scaled and clamped by their range") {
    CHECK(converted<std::uint8_t>({0, 1, 1}, DType::uint8) == Bytes{0, 255, 255});
    CHECK(converted<std::uint8_t>({0, 1, 2}, DType::uint8) == Bytes{0, 1, 2});
    CHECK(converted<std::uint8_t>({0, 1, 1}, DType::bool_) == Bytes{0, 255, 255});
    CHECK(converted<double>({0, 0.5, 1}, DType::float64) == Bytes{0, 127, 255});
    CHECK(converted<double>({0, 0.5, 1.0000001}, DType::float64) == Bytes{0, 0, 1});
    CHECK(converted<double>({-1, 0, 1}, DType::float64) == Bytes{0, 127, 255});
    CHECK(converted<float>({3.99F, 254.99F, 1e9F}, DType::float32) == Bytes{3, 254, 255});
    CHECK(converted<std::int64_t>({0, 300, std::numeric_limits<std::int64_t>::max()},
                                  DType::int64) == Bytes{0, 255, 255});
    CHECK(converted<std::uint64_t>({0, 255, std::numeric_limits<std::uint64_t>::max()},
                                   DType::uint64) == Bytes{0, 255, 255});
}

TEST_CASE("integers wrap in their own type when they are stretched") {
    // -128..127 spans 255, which is -1 in 8 bits: 0 - -128 is -128, over -1 it is 128.
    CHECK(converted<std::int8_t>({-128, 0, 127}, DType::int8) == Bytes{0, 128, 1});
    CHECK(converted<std::int16_t>({-128, 0, 127}, DType::int16) == Bytes{0, 128, 255});
}

TEST_CASE("NaN becomes 0 and infinity 255") {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    CHECK(converted<double>({0, kNan, 7}, DType::float64) == Bytes{0, 0, 7});
    CHECK(converted<double>({0, 1, kInfinity}, DType::float64) == Bytes{0, 1, 255});
    CHECK(converted<double>({kNan, kNan}, DType::float64) == Bytes{0, 0});
    CHECK(converted<double>({-kInfinity, 0}, DType::float64) == Bytes{0, 0});
}

TEST_CASE("elements are read in C order for any strides") {
    const std::array<std::uint8_t, 12> data = {10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42};
    struct Case {
        std::ptrdiff_t offset;
        std::vector<std::size_t> shape;
        std::vector<std::ptrdiff_t> strides;
        Bytes expected;
    };
    const Case cases[] = {
        {0, {2, 2}, {6, 3}, {10, 20, 30, 40}},
        {0, {3, 4}, {1, 3}, {10, 20, 30, 40, 11, 21, 31, 41, 12, 22, 32, 42}},
        {11, {12}, {-1}, {42, 41, 40, 32, 31, 30, 22, 21, 20, 12, 11, 10}},
        {9, {2, 3}, {-6, 1}, {40, 41, 42, 20, 21, 22}},
        {3, {2, 3}, {0, 1}, {20, 21, 22, 20, 21, 22}},
        {0, {2, 1, 2, 3}, {6, 77, 3, 1}, {10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42}},
        {4, {}, {}, {21}},
    };
    for (const Case& c : cases) {
        const ArrayView array(data.data() + c.offset, DType::uint8, c.shape, c.strides);
        CAPTURE(array.shape_text());
        CHECK(to_uint8(array) == c.expected);
    }
}

TEST_CASE("elements need not be aligned") {
    std::array<std::byte, 17> data{};
    const double values[] = {3, 200};
    std::memcpy(data.data() + 1, values, sizeof values);
    CHECK(to_uint8(ArrayView(data.data() + 1, DType::float64, {2})) == Bytes{3, 200});
}

TEST_CASE("an array without elements is refused") {
    check_throws(
        [] {
            to_uint8(ArrayView(nullptr, DType::float32, {0, 5}));
        },
        ErrorCode::InvalidArgument, "array of shape [0, 5] has no elements");
}
