// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/histogram.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/paths.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

/// The half whose value is `number`, exactly.
std::uint16_t half_bits(double number) {
    const std::uint16_t sign = std::signbit(number) ? 0x8000 : 0;
    const double size = std::abs(number);
    if (size == 0) {
        return sign;
    }
    int exponent = 0;
    std::frexp(size, &exponent); // size = [0.5, 1) * 2^exponent
    const int biased = std::max(exponent + 14, 1);
    const auto units = static_cast<std::uint16_t>(std::ldexp(size, 25 - biased));
    return static_cast<std::uint16_t>(sign | (units + ((biased - 1) << 10)));
}

template <class T>
void append(std::string& bytes, T number) {
    std::array<char, sizeof(T)> raw{};
    std::memcpy(raw.data(), &number, sizeof(T));
    bytes.append(raw.data(), raw.size());
}

/// The bytes of a recorded array in memory.
std::string bytes_of(const Json& numbers, DType dtype) {
    std::string bytes;
    for (const Json& number : numbers) {
        switch (dtype) {
        case DType::uint8:
            append(bytes, number.get<std::uint8_t>());
            break;
        case DType::uint16:
            append(bytes, number.get<std::uint16_t>());
            break;
        case DType::uint32:
            append(bytes, number.get<std::uint32_t>());
            break;
        case DType::uint64:
            append(bytes, number.get<std::uint64_t>());
            break;
        case DType::int8:
            append(bytes, number.get<std::int8_t>());
            break;
        case DType::int16:
            append(bytes, number.get<std::int16_t>());
            break;
        case DType::int32:
            append(bytes, number.get<std::int32_t>());
            break;
        case DType::int64:
            append(bytes, number.get<std::int64_t>());
            break;
        case DType::float16:
            append(bytes, half_bits(number.get<double>()));
            break;
        case DType::float32:
            append(bytes, number.get<float>());
            break;
        case DType::float64:
            append(bytes, number.get<double>());
            break;
        case DType::bool_:
            append(bytes, static_cast<std::uint8_t>(number.get<bool>() ? 1 : 0));
            break;
        }
    }
    return bytes;
}

DType dtype_named(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(DType::bool_); ++i) {
        if (to_string(static_cast<DType>(i)) == name) {
            return static_cast<DType>(i);
        }
    }
    throw std::runtime_error("no such element type: " + std::string(name));
}

} // namespace

TEST_CASE("numbers are binned as NumPy bins them, bit for bit, in every element type") {
    const Json record = parse_json(read_file(test::test_data_dir() / "histograms" / "numpy.json"));
    const Json& cases = record.at("cases");
    REQUIRE(cases.size() == 100);
    for (const Json& c : cases) {
        const auto what = c.at("what").get<std::string>();
        const auto dtype_name = c.at("dtype").get<std::string>();
        CAPTURE(what);
        CAPTURE(dtype_name);
        const DType dtype = dtype_named(dtype_name);
        const std::string bytes = bytes_of(c.at("numbers"), dtype);
        const ArrayView array(bytes.data(), dtype, c.at("shape").get<std::vector<std::size_t>>());
        const Histogram histogram(array, c.at("num_bins").get<std::size_t>());
        const Json json = histogram.to_json();
        CHECK(render_json(json.at("bins")) == render_json(c.at("bins")));
        CHECK(render_json(json.at("values")) == render_json(c.at("values")));
    }
}

TEST_CASE("a histogram returns its counts and edges as numbers") {
    const std::vector<double> numbers = {1, 2, 2, 3, 3, 3};
    const Histogram histogram(numbers, 4);
    CHECK(histogram.histogram() == std::vector<double>{1, 0, 2, 3});
    CHECK(histogram.bins() == std::vector<double>{1, 1.5, 2, 2.5, 3});
    CHECK(Histogram(numbers).histogram().size() == 64);
    CHECK(render_json(histogram.to_json(), kOrderedJson) ==
          R"({"_type": "histogram", "values": [1, 0, 2, 3], "bins": [1.0, 1.5, 2.0, 2.5, 3.0]})");
}

TEST_CASE("strides and the order of an array's elements do not matter") {
    // Every second column of two rows, in reverse order of the rows.
    const std::array<std::int16_t, 8> data = {1, 99, 2, 99, 3, 99, 3, 99};
    const ArrayView view(data.data() + 4, DType::int16, {2, 2}, {-8, 4});
    CHECK(Histogram(view, 2) == Histogram(std::vector<double>{3, 3, 1, 2}, 2));
}

TEST_CASE("given bins are kept unchanged") {
    const Json values = parse_json("[1, 2, 4]");
    const Json bins = parse_json("[3, 10, 20, 0]");
    const Histogram histogram = Histogram::from_bins(values, bins);
    CHECK(render_json(histogram.to_json()) ==
          R"({"_type": "histogram", "bins": [3, 10, 20, 0], "values": [1, 2, 4]})");
    CHECK(histogram.bins() == std::vector<double>{3, 10, 20, 0});
    CHECK(Histogram::from_bins(std::vector<int>{}, std::vector<double>{0.5}).histogram().empty());
    const std::vector<int> most(Histogram::MAX_LENGTH, 1);
    const std::vector<int> edges(Histogram::MAX_LENGTH + 1, 1);
    CHECK(Histogram::from_bins(most, edges).histogram().size() == 512);
}

TEST_CASE("JSON that is not a histogram is refused") {
    const auto refused = [](const auto& make, std::string_view message) {
        test::check_throws(make, ErrorCode::InvalidArgument, message);
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> one = {1};
    refused([&] { Histogram(one, 0); }, "at least one bin, got 0");
    refused([&] { Histogram(one, 513); }, "histogram of at most 512 values, got 513");
    refused([&] { Histogram(std::vector<double>{1, nan}); }, "finite numbers");
    refused([&] { Histogram(std::vector<double>{nan, 1}); }, "finite numbers");
    refused([&] { Histogram(std::vector<double>{1, -infinity}); }, "finite numbers");
    refused([&] { Histogram(std::vector<double>{-1e308, 1e308}); }, "too far apart");
    struct Case {
        std::string_view values;
        std::string_view bins;
        std::string_view message;
    };
    for (const Case& c : {Case{"[1, 2]", "[1, 2]", "got 2 edges and 2 values"},
                          Case{"[]", "[]", "got 0 edges and 0 values"},
                          Case{"5", "[1]", "'values': expected a list of numbers, got number"},
                          Case{"[1]", "\"ab\"", "'bins': expected a list of numbers, got string"},
                          Case{"[null]", "[1, 2]", "'values': expected a list of numbers"},
                          Case{"[true]", "[1, 2]", "got boolean"},
                          Case{"[1]", "[1, [2]]", "'bins': expected a list of numbers"}}) {
        CAPTURE(c.values);
        refused([&] { Histogram::from_bins(parse_json(c.values), parse_json(c.bins)); }, c.message);
    }
    const std::vector<int> many(514, 0);
    refused([&] { Histogram::from_bins(std::vector<int>(513, 0), many); }, "got 513");
    refused([&] { Histogram::from_bins(std::vector<int>(512, 0), many); }, "got 513");
}

TEST_CASE("numbers that are too close for NumPy are binned") {
    const double smallest = std::numeric_limits<double>::denorm_min();
    const Histogram histogram(std::vector<double>{0, smallest}, 2);
    // There is no number between the two, so the edge in the middle equals the first.
    CHECK(histogram.bins() == std::vector<double>{0, 0, smallest});
    CHECK(histogram.histogram() == std::vector<double>{0, 2});
}

TEST_CASE("a histogram has the same JSON for a run as for an artifact") {
    const Histogram histogram(std::vector<double>{1, 2}, 2);
    test::MemoryRun run;
    test::MemoryArtifact artifact;
    CHECK(render_json(histogram.to_json(run)) == render_json(histogram.to_json()));
    CHECK(render_json(histogram.to_json(artifact)) == render_json(histogram.to_json()));
    CHECK(run.files.empty());
    CHECK(artifact.entries().empty());
    CHECK_FALSE(histogram == Histogram(std::vector<double>{1, 2}, 3));
}

} // namespace vitrine
