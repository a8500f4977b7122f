// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vitrine {

using test::check_throws;

TEST_CASE("JSON text is read as Python reads it and written as Python writes it") {
    // The second text is json.dumps(json.loads(text), sort_keys=True) of Python 3.11.
    struct Case {
        std::string_view text;
        std::string_view python;
    };
    const Case cases[] = {
        {"null", "null"},
        {" \t\r\n[ 1 , 2 ]\n", "[1, 2]"},
        {R"({"b":1,"a":{"d":2,"c":3}})", R"({"a": {"c": 3, "d": 2}, "b": 1})"},
        {R"({"a":1,"b":2,"a":3})", R"({"a": 3, "b": 2})"},
        {R"({"":""})", R"({"": ""})"},
        {"[[],{}]", "[[], {}]"},
        {"0", "0"},
        {"-0", "0"},
        {"-0.0", "-0.0"},
        {"1E5", "100000.0"},
        {"1e+5", "100000.0"},
        {"1E-7", "1e-07"},
        {"0.1e1", "1.0"},
        {"12e0", "12.0"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775808", "9223372036854775808"},
        {"18446744073709551616", "18446744073709551616"},
        {"-9223372036854775809", "-9223372036854775809"},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"[NaN,Infinity,-Infinity]", "[NaN, Infinity, -Infinity]"},
        {"[1e400,-1e400,1e-400,-1e-400]", "[Infinity, -Infinity, 0.0, -0.0]"},
        {"[1e99999999999999999999,1e-99999999999999999999,0e99999999999999999999]",
         "[Infinity, 0.0, 0.0]"},
        {R"("\ud83d\ude00\uD83D\uDE00")", R"("\ud83d\ude00\ud83d\ude00")"},
        {R"("\ud83d")", R"("\ud83d")"},
        {R"("\ude00\ud83d")", R"("\ude00\ud83d")"},
        {R"("\ud83d\u0041\ud83d\n")", R"("\ud83dA\ud83d\n")"},
        {R"("\ud83d\ud83d\ude00")", R"("\ud83d\ud83d\ude00")"},
        {R"("\/\b\f\n\r\t\"\\")", R"("/\b\f\n\r\t\"\\")"},
        {R"("\u0000\u001f")", R"("\u0000\u001f")"},
        {"\"\x7f\xc3\xa9\xf0\x9f\x98\x80\"", R"("\u007f\u00e9\ud83d\ude00")"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(render_json(parse_json(c.text)) == c.python);
    }
}

TEST_CASE("numbers beyond a double are told apart however they are written") {
    const std::string zeros(400, '0');
    CHECK(render_json(parse_json("0." + zeros + "1")) == "0.0");
    CHECK(render_json(parse_json("1" + zeros + ".0")) == "Infinity");
    CHECK(render_json(parse_json("1" + zeros + "e-100")) == "1e+300");
    CHECK(render_json(parse_json("0." + zeros + "1e+500")) == "1e+99");
    CHECK(render_json(parse_json("-0." + zeros + "1e+800")) == "-Infinity");
}

TEST_CASE("surrogate pairs become one character") {
    CHECK(parse_json(R"("\ud83d\ude00")") == "\xf0\x9f\x98\x80");
    CHECK(parse_json(R"("\ud83d")") == "\xed\xa0\xbd");
}

TEST_CASE("a repeated key keeps the first place and the last value") {
    const Json value = parse_json(R"({"a":1,"b":2,"a":{"c":3},"d":4,"b":5})");
    CHECK(render_json(value, kOrderedJson) == R"({"a": {"c": 3}, "b": 5, "d": 4})");
}

TEST_CASE(
    "an object of many keys, half of them twice, is read in time that grows with its length") {
    std::string text = "{";
    for (int i = 0; i < 100000; ++i) {
        text += "\"" + std::to_string(i % 50000) + "\": " + std::to_string(i) + ", ";
    }
    text += "\"end\": 0}";
    const Json value = parse_json(text);
    CHECK(value.size() == 50001);
    CHECK(value.begin().value() == 50000);
}

TEST_CASE("what is not JSON is refused with its place") {
    struct Case {
        std::string_view text;
        std::string_view message;
    };
    using namespace std::string_view_literals;
    const Case cases[] = {
        {"", "line 1 column 1: expected a value, got the end of the text"},
        {"  ", "line 1 column 3: expected a value"},
        {"nul", "expected a value, got 'n'"},
        {"nan", "expected a value"},
        {"None", "expected a value, got 'N'"},
        {"'a'", "expected a value"},
        {"+1", "expected a value, got '+'"},
        {".5", "expected a value"},
        {"1 2", "line 1 column 3: expected the end of the text, got '2'"},
        {"nullx", "expected the end of the text"},
        {"01", "column 2: expected the end of the text, got '1'"},
        {"-", "expected a digit"},
        {"-NaN", "expected a digit, got 'N'"},
        {"1.", "expected a digit"},
        {"1.e5", "expected a digit, got 'e'"},
        {"1e", "expected a digit"},
        {"1e+", "expected a digit"},
        {"0x10", "expected the end of the text, got 'x'"},
        {"[1,]", "line 1 column 4: expected a value, got ']'"},
        {"[1 2]", "expected ',' or ']', got '2'"},
        {"[1", "expected ',' or ']', got the end of the text"},
        {"[,]", "expected a value"},
        {"]", "expected a value"},
        {"{\n  \"a\": 1,\n}", "line 3 column 1: expected a key in double quotes, got '}'"},
        {"{a: 1}", "expected a key in double quotes, got 'a'"},
        {"{1: 1}", "expected a key in double quotes"},
        {"{\"a\" 1}", "expected ':'"},
        {"{\"a\": }", "expected a value"},
        {"{\"a\": 1 \"b\": 2}", "expected ',' or '}'"},
        {"{\"a\": 1", "expected ',' or '}'"},
        {"[1] // no", "expected the end of the text, got '/'"},
        {"/* no */ 1", "expected a value"},
        {"\"abc", "line 1 column 1: expected a string that ends"},
        {"\"abc\\", "expected an escape, got the end of the text"},
        {R"("\x41")", "expected an escape, got 'x'"},
        {R"("\u12")", "expected four hex digits after '\\u'"},
        {R"("\u12g4")", "expected four hex digits after '\\u', got 'g'"},
        {R"("\u-123")", "expected four hex digits after '\\u', got '-'"},
        {R"("\ud83d\u12")", "expected four hex digits after '\\u'"},
        {"\"a\nb\"", "line 1 column 3: expected no control character in a string, got '\\x0a'"},
        {"\"a\0b\""sv, "expected no control character in a string, got '\\x00'"},
        {"\"\t\"", "expected no control character"},
        {"\0"sv, "expected a value, got '\\x00'"},
        {"1\0"sv, "expected the end of the text"},
        {"\xc2\xa0"
         "1",
         "expected a value"},
        {"\v1", "expected a value"},
        {"\xef\xbb\xbf{}", "unexpected byte order mark"},
        {"\"\xff\"", "line 1 column 2: expected UTF-8, got '\\xff'"},
        {"[\n\"\xed\xa0\xbd\"", "line 2 column 2: expected UTF-8, got '\\xed\\xa0\\xbd'"},
        {"\"\xc3\xa9\xc3\xa9\" x", "line 1 column 6"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        check_throws([&] { parse_json(c.text); }, ErrorCode::InvalidFormat, c.message);
    }
}

TEST_CASE("deep nesting is refused before it hurts") {
    const std::string deepest(kMaxJsonDepth, '[');
    CHECK_NOTHROW(parse_json(deepest + std::string(kMaxJsonDepth, ']')));
    check_throws([&] { parse_json(deepest + "["); }, ErrorCode::InvalidFormat,
                 "expected at most 500 levels");
    check_throws([] { parse_json(std::string(10'000'000, '[')); }, ErrorCode::InvalidFormat,
                 "line 1 column 501");
    std::string objects;
    for (int i = 0; i < 100'000; ++i) {
        objects += "{\"a\":";
    }
    check_throws([&] { parse_json(objects); }, ErrorCode::InvalidFormat,
                 "expected at most 500 levels");
}

} // namespace vitrine
