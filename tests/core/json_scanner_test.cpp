// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/json_scanner.hpp"
#include "core/text.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

using test::check_throws;

/// How much of a stream is in memory at once.
constexpr std::size_t kWindow = std::size_t{256} << 10;

constexpr std::string_view kTexts[] = {
    "null",
    "true",
    "NaN",
    "-Infinity",
    "-12.5e+3",
    "123456789012345678901234567890",
    R"("plain text")",
    R"("escapes \" \\ \u00e9 \ud83d\ude00 \n end")",
    "\"\xc3\xa9t\xc3\xa9 \xf0\x9f\x98\x80\"",
    R"({"a": [1, 2.5, {"b": null}], "c\n": "d", "e": {}})",
    R"([[], [[]], {"x": [true, false]}, "y"])",
};

} // namespace

TEST_CASE("a value of a stream reads the same wherever the window ends in it") {
    for (const std::string_view text : kTexts) {
        const std::string expected = render_json(parse_json(text), kOrderedJson);
        for (std::size_t inside = 0; inside <= text.size() + 1; ++inside) {
            CAPTURE(text);
            CAPTURE(inside);
            const std::string space(kWindow - std::min(kWindow, inside), ' ');
            std::istringstream in(space + std::string(text) + " ");
            JsonScanner scanner(in);
            CHECK(render_json(scanner.read_value(), kOrderedJson) == expected);
            scanner.expect_end();

            std::istringstream again(space + std::string(text));
            JsonScanner skipping(again);
            CHECK(skipping.skip_value() == text);
            skipping.expect_end();
        }
    }
}

TEST_CASE("a string longer than the window is given as one") {
    const std::string text(3 * kWindow + 7, 'x');
    std::istringstream in("[\"" + text + "\", \"" + text + "\\n\"]");
    JsonScanner scanner(in);
    scanner.expect('[');
    CHECK(scanner.read_string() == text);
    scanner.expect(',');
    CHECK(scanner.read_string() == text + "\n");
    CHECK(scanner.take(']'));
    scanner.expect_end();
}

TEST_CASE("the strings of a value are visited with their members, its keys are not") {
    std::istringstream in(R"(["x", {"key": ["a", {"b": "c\td"}, "g"], "e": "f"}, "y"] )");
    JsonScanner scanner(in);
    std::vector<std::pair<std::string, std::string>> strings;
    scanner.visit_strings([&](std::string_view member, std::string_view text) {
        strings.emplace_back(member, text);
    });
    scanner.expect_end();
    CHECK(strings ==
          std::vector<std::pair<std::string, std::string>>{
              {"", "x"}, {"key", "a"}, {"b", "c\td"}, {"key", "g"}, {"e", "f"}, {"", "y"}});
}

TEST_CASE("an object is walked key by key") {
    JsonScanner scanner(std::string_view(R"( { "a" : 1 , "b\n": [2] } )"));
    scanner.expect('{');
    CHECK(scanner.read_key() == "a");
    CHECK(scanner.read_value() == 1);
    CHECK(scanner.take(','));
    CHECK(scanner.read_key() == "b\n");
    CHECK(scanner.skip_value() == "[2]");
    CHECK_FALSE(scanner.take(','));
    CHECK(scanner.take('}'));
    CHECK(scanner.peek() == '\0');
}

TEST_CASE("errors of a stream have the line and column of the whole text") {
    const std::string lines(kWindow, '\n');
    struct Case {
        std::string text;
        std::string message;
    };
    const Case cases[] = {
        {lines + "[1,\n  x]", concat("line ", kWindow + 2, " column 3: expected a value")},
        {std::string(2 * kWindow, ' ') + "x", concat("line 1 column ", 2 * kWindow + 1)},
        {"[" + std::string(2 * kWindow, ' ') + "\"\xff\"]",
         concat("line 1 column ", 2 * kWindow + 3, ": expected UTF-8")},
        {"\xef\xbb\xbf[]", "line 1 column 1: unexpected byte order mark"},
        {"", "line 1 column 1: expected a value, got the end of the text"},
        {"[1", "column 3: expected ',' or ']', got the end of the text"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        std::istringstream in(c.text);
        check_throws(
            [&] {
                JsonScanner scanner(in);
                scanner.read_value();
                scanner.expect_end();
            },
            ErrorCode::InvalidFormat, c.message);
        std::istringstream again(c.text);
        check_throws(
            [&] {
                JsonScanner scanner(again);
                scanner.skip_value();
                scanner.expect_end();
            },
            ErrorCode::InvalidFormat, c.message);
    }
}

} // namespace vitrine
