// SPDX-License-Identifier: MIT
#include "../tools/vitrine/text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace vitrine::tool;

TEST_CASE("sizes are printed in powers of 1,024 with one decimal") {
    struct Case {
        std::uint64_t bytes;
        std::string text;
    };
    const Case cases[] = {
        {0, "0 B"},
        {1023, "1023 B"},
        {1024, "1.0 KiB"},
        {1536, "1.5 KiB"},
        {(1 << 20) - 1, "1.0 MiB"},
        {1 << 20, "1.0 MiB"},
        {std::uint64_t{3} << 30, "3.0 GiB"},
        {UINT64_MAX, "16.0 EiB"},
    };
    for (const auto& test : cases) {
        CHECK(human_size(test.bytes) == test.text);
    }
}

TEST_CASE("nouns agree with their number") {
    CHECK(counted(0, "image") == "0 images");
    CHECK(counted(1, "image") == "1 image");
    CHECK(counted(2, "box", "boxes") == "2 boxes");
}

TEST_CASE("control characters and invalid UTF-8 are printed as escapes") {
    struct Case {
        std::string text;
        std::string printed;
    };
    const Case cases[] = {
        {"plain text", "plain text"},
        {"caf\xc3\xa9 \xf0\x9f\x94\xac", "caf\xc3\xa9 \xf0\x9f\x94\xac"},
        {"\x1b[31m", "\\x1b[31m"},
        {"a\nb\x7f", "a\\x0ab\\x7f"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"},
        {"\xff\xc3", "\\xff\\xc3"},
        {std::string("\0", 1), "\\x00"},
    };
    for (const auto& test : cases) {
        CHECK(printable(test.text) == test.printed);
    }
}

TEST_CASE("a table aligns its columns and leaves out those without text") {
    TextTable table({{"NAME"}, {"NOTE"}, {"SIZE", TextTable::Align::right}});
    CHECK(table.render().empty());
    table.add({"caf\xc3\xa9", "", "7"});
    table.add({"x", "", "1234567"});
    CHECK(table.render(2, "<", ">") == "<  NAME     SIZE>\n"
                                       "  caf\xc3\xa9        7\n"
                                       "  x     1234567\n");
    TextTable untitled({{""}, {""}});
    untitled.add({"a", "b"});
    CHECK(untitled.render() == "a  b\n");
}
