// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

using test::check_throws;

// All expectations in this file are what json.dumps of Python 3.11 wrote.

TEST_CASE("floats are written as Python's repr") {
    struct Case {
        double value;
        std::string_view text;
    };
    const double infinity = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const Case cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.0, "-1.0"},
        {0.1, "0.1"},
        {100.0, "100.0"},
        {1234.5678, "1234.5678"},
        {3.141592653589793, "3.141592653589793"},
        {0.30000000000000004, "0.30000000000000004"},
        {1e-05, "1e-05"},
        {0.0001, "0.0001"},
        {0.00012, "0.00012"},
        {9.999e-05, "9.999e-05"},
        {-1.25e-7, "-1.25e-07"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1e17, "1e+17"},
        {12345678901234567.0, "1.2345678901234568e+16"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {9007199254740993.0, "9007199254740992.0"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {6.02214076e23, "6.02214076e+23"},
        {1.5e300, "1.5e+300"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {infinity, "Infinity"},
        {-infinity, "-Infinity"},
        {nan, "NaN"},
        {-nan, "NaN"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(python_float(c.value) == c.text);
        CHECK(render_json(c.value) == c.text);
    }
}

TEST_CASE("every float reads back as it was written") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 20000; ++i) {
        const auto bits = random();
        const auto value = std::bit_cast<double>(bits);
        if (std::isnan(value)) {
            continue;
        }
        CAPTURE(bits);
        const auto back = parse_json(render_json(value)).get<double>();
        CHECK(std::bit_cast<std::uint64_t>(back) == bits);
    }
}

TEST_CASE("strings are written in ASCII with Python's escapes") {
    struct Case {
        std::string_view value;
        std::string_view text;
    };
    using namespace std::string_view_literals;
    const Case cases[] = {
        {"", R"("")"},
        {"plain / text", R"("plain / text")"},
        {"\"\\", R"("\"\\")"},
        {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
        {"\0\x01\x0b\x1f"sv, R"("\u0000\u0001\u000b\u001f")"},
        {"~\x7f", R"("~\u007f")"},
        {"\xc2\x80", R"("\u0080")"},
        {"\xc3\xa9\xe4\xb8\xad", R"("\u00e9\u4e2d")"},
        {"\xf0\x9f\x98\x80!", R"("\ud83d\ude00!")"},
        {"\xf4\x8f\xbf\xbf", R"("\udbff\udfff")"},
        {"\xef\xbf\xbf", R"("\uffff")"},
        {"\xed\xa0\xbd", R"("\ud83d")"}, // lone surrogates, kept as WTF-8
        {"a\xed\xb8\x80z", R"("a\ude00z")"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(render_json(std::string(c.value)) == c.text);
    }
}

TEST_CASE("values are written as Python writes them") {
    struct Case {
        Json value;
        std::string_view text;
    };
    const Case cases[] = {
        {nullptr, "null"},
        {true, "true"},
        {false, "false"},
        {0, "0"},
        {-1, "-1"},
        {std::numeric_limits<std::int64_t>::min(), "-9223372036854775808"},
        {std::numeric_limits<std::uint64_t>::max(), "18446744073709551615"},
        {big_integer("18446744073709551616"), "18446744073709551616"},
        {big_integer("-9223372036854775809"), "-9223372036854775809"},
        {Json::array(), "[]"},
        {Json::object(), "{}"},
        {Json::array({Json::array(), Json::object()}), "[[], {}]"},
        {{{"a", {1, 2.0, "x"}}}, R"({"a": [1, 2.0, "x"]})"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(render_json(c.value) == c.text);
    }
}

TEST_CASE("keys are sorted by code point at every depth, or kept in their order") {
    const Json value = {
        {"\xc3\xa9", 1},
        {"z", {{"b", 1}, {"a", 2}}},
        {"\xf0\x9f\x98\x80", 3},
        {"\xef\xbf\xbf", 4},
        {"A", 5},
        {"", 6},
    };
    CHECK(render_json(value, kSortedJson) ==
          R"({"": 6, "A": 5, "z": {"a": 2, "b": 1}, "\u00e9": 1, "\uffff": 4, "\ud83d\ude00": 3})");
    CHECK(render_json(value, kOrderedJson) ==
          R"({"\u00e9": 1, "z": {"b": 1, "a": 2}, "\ud83d\ude00": 3, "\uffff": 4, "A": 5, "": 6})");
}

TEST_CASE("indents and separators are those of json.dumps") {
    const Json value = parse_json(R"({"b":[1,{"x":[]},{}],"a":"t"})");
    CHECK(render_json(value, kManifestJson) ==
          "{\n    \"b\": [\n        1,\n        {\n            \"x\": []\n        },\n        {}\n"
          "    ],\n    \"a\": \"t\"\n}");
    const JsonStyle points{.indent = 4, .item_separator = ",", .key_separator = ":"};
    CHECK(render_json(value, points) ==
          "{\n    \"a\":\"t\",\n    \"b\":[\n        1,\n        {\n            \"x\":[]\n"
          "        },\n        {}\n    ]\n}");
    const JsonStyle flat{.sort_keys = false, .indent = 0, .item_separator = ","};
    CHECK(render_json(value, flat) == "{\n\"b\": [\n1,\n{\n\"x\": []\n},\n{}\n],\n\"a\": \"t\"\n}");
}

TEST_CASE("append_json adds to what is there") {
    std::string out = "x";
    append_json(out, {1, 2});
    append_json(out, "y");
    CHECK(out == R"(x[1, 2]"y")");
}

TEST_CASE("what JSON cannot hold is refused with its place") {
    struct Case {
        Json value;
        std::string_view message;
    };
    const Case cases[] = {
        {"\xff", "at '': its text is not UTF-8"},
        {"\xe4\xb8", "its text is not UTF-8"},
        {"\xc0\x80", "its text is not UTF-8"},
        {"\xf4\x90\x80\x80", "its text is not UTF-8"},
        {{{"data", {0, 1, {{"na/m~e", "\x80"}}}}}, "at '/data/2/na~1m~0e'"},
        {{{"a", 1}, {"\xfe", 2}}, "at '/\\xfe'"},
        {{{"b", Json::binary({1, 2})}}, "at '/b': it is binary"},
        {Json::binary({1, 2}, 7), "it is binary"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        check_throws([&] { render_json(c.value); }, ErrorCode::InvalidArgument, c.message);
    }
}

TEST_CASE("nesting is written to the depth that is read, and refused beyond") {
    Json value = 1;
    for (std::size_t i = 0; i < kMaxJsonDepth; ++i) {
        value = Json::array({std::move(value)});
    }
    CHECK(parse_json(render_json(value)) == value);
    value = Json{{"x", std::move(value)}};
    check_throws([&] { render_json(value); }, ErrorCode::InvalidArgument, "more than 500 levels");
}

TEST_CASE("integers of any size have a text and are told apart") {
    struct Case {
        std::string_view digits;
        bool is_big;
    };
    const Case cases[] = {
        {"0", false},
        {"-5", false},
        {"9223372036854775808", false},
        {"18446744073709551615", false},
        {"18446744073709551616", true},
        {"-9223372036854775808", false},
        {"-9223372036854775809", true},
        {"123456789012345678901234567890", true},
    };
    for (const Case& c : cases) {
        CAPTURE(c.digits);
        const Json value = big_integer(c.digits);
        CHECK(is_big_integer(value) == c.is_big);
        CHECK(value.is_number_integer() == !c.is_big);
        CHECK(integer_text(value) == c.digits);
    }
    CHECK(big_integer("-0") == 0);
    for (const char* text : {"", "-", "01", "-01", "1.0", "1e5", "+1", " 1", "1 ", "0x1", "x"}) {
        CAPTURE(text);
        check_throws([&] { big_integer(text); }, ErrorCode::InvalidFormat,
                     "expected a decimal integer, got");
    }
    for (const Json& value : {Json(1.0), Json("1"), Json(true), Json(), Json::binary({49})}) {
        CHECK_FALSE(is_big_integer(value));
        check_throws([&] { integer_text(value); }, ErrorCode::InvalidArgument,
                     "expected an integer, got a JSON value of type");
    }
}

} // namespace vitrine
