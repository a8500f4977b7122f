// SPDX-License-Identifier: MIT
#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>

#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vitrine {

using test::check_throws;
using namespace std::string_view_literals;

TEST_CASE("an entry path keeps what was written and knows its place on disk") {
    struct Case {
        std::string_view text;
        std::string_view place;
        std::string_view file_name;
    };
    const Case cases[] = {
        {"a", "a", "a"},
        {"a/b.png", "a/b.png", "b.png"},
        {"./a", "a", "a"},
        {"a//b", "a/b", "b"},
        {"a/./b", "a/b", "b"},
        {"a/", "a", ""},
        {"./a//./b/", "a/b", ""},
        {"a\\b", "a\\b", "a\\b"},
        {"a\\..\\b", "a\\..\\b", "a\\..\\b"},
        {"...", "...", "..."},
        {"..a/b..", "..a/b..", "b.."},
        {".hidden", ".hidden", ".hidden"},
        {"a b\n", "a b\n", "a b\n"},
        {"\xc3\xa9/\xf0\x9f\x98\x80", "\xc3\xa9/\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"C:/x", "C:/x", "x"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const EntryPath path{std::string(c.text)};
        CHECK(path.str() == c.text);
        CHECK(path.disk_path() == c.place);
        CHECK(path.file_name() == c.file_name);
    }
    CHECK(EntryPath(std::string(EntryPath::kMaxBytes, 'x')).str().size() == EntryPath::kMaxBytes);
}

TEST_CASE("an entry path refuses what is unsafe and names the rule") {
    struct Case {
        std::string text;
        std::string_view message;
    };
    const Case cases[] = {
        {"", "entry path '' is not allowed: it is empty"},
        {"/", "it is absolute"},
        {"/etc/passwd", "entry path '/etc/passwd' is not allowed: it is absolute"},
        {"//a", "it is absolute"},
        {"..", "it has a component '..'"},
        {"../x", "entry path '../x' is not allowed: it has a component '..'"},
        {"a/..", "it has a component '..'"},
        {"a/../b", "it has a component '..'"},
        {"./..//b", "it has a component '..'"},
        {std::string("a\0b"sv), "entry path 'a\\x00b' is not allowed: it contains NUL"},
        {"\xff", "entry path '\\xff' is not allowed: it is not UTF-8"},
        {"a/\xc0\xaf", "it is not UTF-8"},
        {"\xed\xa0\x80", "it is not UTF-8"},
        {".", "it names no file"},
        {"./", "it names no file"},
        {"././/.", "it names no file"},
        {std::string(EntryPath::kMaxBytes + 1, 'x'),
         "xxx...' is not allowed: it is longer than 4096"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        check_throws([&] { EntryPath path(c.text); }, ErrorCode::InvalidArgument, c.message);
    }
}

TEST_CASE("entry paths lie below folders by whole components") {
    struct Case {
        std::string_view path;
        std::string_view folder;
        bool below;
    };
    const Case cases[] = {
        {"a/b", "", true},       {"a/b", "a", true},  {"a/b", "a/", true}, {"a/b", "a/b", true},
        {"a/b", "a/b/c", false}, {"ab", "a", false},  {"a-b", "a", false}, {"a", "a", true},
        {"b/a", "a", false},     {"a//b", "a", true}, {"./a", "a", false},
    };
    for (const Case& c : cases) {
        CAPTURE(c.path);
        CAPTURE(c.folder);
        CHECK(EntryPath(std::string(c.path)).is_below(c.folder) == c.below);
    }
}

TEST_CASE("entry paths are ordered by their bytes") {
    const char* ascending[] = {
        "A", "a", "a-b", "a/b", "a0", "z", "\xc3\xa9", "\xef\xbf\xbf", "\xf0\x9f\x98\x80"};
    for (std::size_t i = 1; i < std::size(ascending); ++i) {
        CAPTURE(ascending[i]);
        CHECK(EntryPath(ascending[i - 1]) < EntryPath(ascending[i]));
    }
}

TEST_CASE("UTF-8 is told from what is not") {
    // The bounds of the table in RFC 3629, section 4.
    const std::string_view good[] = {
        "",
        "plain",
        "\x7f",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
        "12345678\xc3\xa9"
        "12345678",
        "\0"sv,
    };
    for (const auto text : good) {
        CAPTURE(text);
        CHECK(is_utf8(text));
    }
    const std::string_view bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc2",
        "\xc2\x7f",
        "\xc2\xc0",
        "\xe0\x9f\xbf",
        "\xe0\xa0",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xfe",
        "12345678\xff",
        "123456789\xe4\xb8",
    };
    for (const auto text : bad) {
        CAPTURE(text);
        CHECK_FALSE(is_utf8(text));
    }
}

} // namespace vitrine
