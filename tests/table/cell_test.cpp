// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/table/cell.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace vitrine {

TEST_CASE("a cell contains what it was made from") {
    struct Case {
        Cell cell;
        Cell::Kind kind;
        std::string_view json;
    };
    const Case cases[] = {
        {Cell(), Cell::Kind::none, "null"},
        {nullptr, Cell::Kind::none, "null"},
        {Json(), Cell::Kind::none, "null"},
        {true, Cell::Kind::boolean, "true"},
        {0, Cell::Kind::integer, "0"},
        {std::int8_t{-7}, Cell::Kind::integer, "-7"},
        {std::numeric_limits<std::uint64_t>::max(), Cell::Kind::integer, "18446744073709551615"},
        {big_integer("1000000000000000000000"), Cell::Kind::integer, "1000000000000000000000"},
        {1.0F, Cell::Kind::floating, "1.0"},
        {std::nan(""), Cell::Kind::floating, "NaN"},
        {"text", Cell::Kind::string, R"("text")"},
        {std::string("a\0b", 3), Cell::Kind::string, R"("a\u0000b")"},
        {std::string_view("view"), Cell::Kind::string, R"("view")"},
        {Cell::List{1, "a", nullptr}, Cell::Kind::list, R"([1, "a", null])"},
        {Cell::List{}, Cell::Kind::list, "[]"},
        {Cell::Dictionary{{"b", 1}, {"a", Cell::List{true}}}, Cell::Kind::dictionary,
         R"({"b": 1, "a": [true]})"},
        {parse_json(R"({"b": [{"x": 1}], "a": NaN})"), Cell::Kind::dictionary,
         R"({"b": [{"x": 1}], "a": NaN})"},
        {Cell::object("int64", 5), Cell::Kind::object, "5"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        CHECK(to_string(c.cell.kind()) == to_string(c.kind));
        CHECK(render_json(c.cell.json(), kOrderedJson) == c.json);
        CHECK(c.cell.is_none() == (c.kind == Cell::Kind::none));
    }
}

TEST_CASE("each kind of cell is read by its own accessor, and by no other") {
    const Cell cells[] = {nullptr,
                          true,
                          5,
                          2.5,
                          "text",
                          Cell::List{1},
                          Cell::Dictionary{{"a", 1}},
                          Cell::object("bytes", "x"),
                          Classes({{1, "tree"}, {2, "car"}})};
    for (const Cell& cell : cells) {
        const std::string kind(to_string(cell.kind()));
        CAPTURE(kind);
        const auto check = [&](bool is_right, std::string_view expected, const auto& access) {
            if (is_right) {
                CHECK_NOTHROW(access());
            } else {
                test::check_throws(access, ErrorCode::InvalidArgument,
                                   "expected a cell with " + std::string(expected) + ", got " +
                                       kind);
            }
        };
        const auto is = [&](Cell::Kind wanted) { return cell.kind() == wanted; };
        check(is(Cell::Kind::boolean), "a boolean", [&] { cell.boolean(); });
        check(is(Cell::Kind::integer), "an integer", [&] { cell.integer(); });
        check(is(Cell::Kind::integer) || is(Cell::Kind::floating), "a number",
              [&] { cell.number(); });
        check(is(Cell::Kind::string), "text", [&] { cell.text(); });
        check(is(Cell::Kind::list), "a list", [&] { cell.items(); });
        check(is(Cell::Kind::dictionary), "a dictionary", [&] { cell.members(); });
        check(is(Cell::Kind::dictionary), "a dictionary", [&] { cell.find("a"); });
        check(is(Cell::Kind::object), "an object", [&] { cell.class_name(); });
        check(is(Cell::Kind::value), "a value", [&] { cell.value(); });
    }
}

TEST_CASE("integers of a cell are exact within 64 bits, and the nearest double beyond") {
    CHECK(Cell(std::numeric_limits<std::int64_t>::min()).integer() ==
          std::numeric_limits<std::int64_t>::min());
    test::check_throws([] { Cell(std::numeric_limits<std::uint64_t>::max()).integer(); },
                       ErrorCode::InvalidArgument,
                       "expected an integer of 64 bits, got 18446744073709551615");
    const Cell big(big_integer("-1000000000000000000000"));
    test::check_throws([&] { big.integer(); }, ErrorCode::InvalidArgument,
                       "got -1000000000000000000000");
    CHECK(big.number() == -1e21);
    CHECK(std::isinf(Cell(big_integer(std::string(400, '9'))).number()));
}

TEST_CASE("a cell returns its value as the type that it has") {
    const Classes classes({{1, "tree"}, {2, "car"}});
    const Cell cell(classes);
    REQUIRE(cell.as<Classes>());
    CHECK(cell.as<Classes>()->identity() == classes.identity());
    CHECK_FALSE(Cell(1).as<Classes>());
    CHECK_FALSE(cell.as<Image>());
    test::check_throws([&] { cell.json(); }, ErrorCode::InvalidArgument,
                       "a value of type 'classes' has no JSON without a sink");
    test::check_throws([&] { Cell(Cell::List{cell}).json(); }, ErrorCode::InvalidArgument,
                       "a value of type 'classes'");
    test::check_throws([] { Cell(std::shared_ptr<const Value>()); }, ErrorCode::InvalidArgument,
                       "expected a value for a cell, got a null pointer");
}

TEST_CASE("cells are equal as Python's values are") {
    struct Case {
        Cell a;
        Cell b;
        bool equal;
    };
    const Classes classes({{1, "tree"}, {2, "car"}});
    const Case cases[] = {
        {1, 1.0, true},
        {1, true, true},
        {0.0, false, true},
        {1, 2, false},
        {true, "1", false},
        {nullptr, 0, false},
        {nullptr, nullptr, true},
        {"a", "a", true},
        {"a", "b", false},
        {std::nan(""), std::nan(""), false},
        {big_integer("100000000000000000000"), big_integer("100000000000000000000"), true},
        {std::uint64_t{5}, std::int64_t{5}, true},
        {std::numeric_limits<std::uint64_t>::max(), -1, false},
        {1e20, big_integer("100000000000000000000"), true},
        {9007199254740993, 9007199254740992.0, false},
        {Cell::List{1, 2}, Cell::List{1.0, 2}, true},
        {Cell::List{1, 2}, Cell::List{1}, false},
        {Cell::Dictionary{{"a", 1}, {"b", 2}}, Cell::Dictionary{{"b", 2}, {"a", 1}}, true},
        {Cell::Dictionary{{"a", 1}}, Cell::Dictionary{{"b", 1}}, false},
        {Cell::object("int64", 5), Cell::object("int64", 5), true},
        {Cell::object("int64", 5), Cell::object("int32", 5), false},
        {Cell::object("int64", 5), 5, false},
        {classes, Classes({{1, "tree"}, {2, "car"}}), true},
        {classes, Classes({{1, "tree"}, {3, "car"}}), false},
        {classes, "x", false},
    };
    int index = 0;
    for (const Case& c : cases) {
        CAPTURE(index);
        CHECK((c.a == c.b) == c.equal);
        CHECK((c.b == c.a) == c.equal);
        ++index;
    }
}

TEST_CASE("members of a dictionary are found by key, and keys are unique") {
    const Cell cell(Cell::Dictionary{{"b", 1}, {"a", nullptr}});
    REQUIRE(cell.find("b") != nullptr);
    CHECK(cell.find("b")->integer() == 1);
    CHECK(cell.find("a")->is_none());
    CHECK(cell.find("c") == nullptr);
    CHECK(cell.members().front().first == "b");
    test::check_throws(
        [] {
            Cell(Cell::Dictionary{{"a", 1}, {"b", 1}, {"a", 2}});
        },
        ErrorCode::InvalidArgument, "two members have the key 'a'");
    test::check_throws(
        [] {
            Cell(Json::binary({1, 2}));
        },
        ErrorCode::InvalidArgument, "a cell cannot hold binary JSON");
}

} // namespace vitrine
