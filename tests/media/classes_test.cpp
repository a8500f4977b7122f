// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/classes.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

namespace vitrine {

TEST_CASE("classes from labels and from W&B's list are the same") {
    const Classes typed({{1, "tree"}, {2, "car"}});
    const Classes one({{7, "road"}});
    const std::vector<ClassLabel> list{{1, "tree"}, {2, "car"}};
    CHECK(
        render_json(typed.to_json()) ==
        R"({"_type": "classes", "class_set": [{"id": 1, "name": "tree"}, {"id": 2, "name": "car"}]})");
    CHECK(one.size() == 1);
    CHECK(Classes(list) == typed);
    CHECK(Classes(parse_json(R"([{"name": "tree", "id": 1}, {"id": 2, "name": "car"}])")) == typed);
    CHECK_FALSE(one == typed);
    CHECK(typed.labels() == list);
    CHECK(typed.name_of(2) == "car");
    CHECK_FALSE(typed.name_of(3));
}

TEST_CASE("a class keeps its members, of any kind and in any order") {
    const std::string_view text =
        R"([{"name": "no order", "id": 7, "extra": [1, {"b": 1, "a": 2}]}, {"id": "text", "name": "s"}, )"
        R"({"id": 2.5, "name": null}, {"id": 18446744073709551615, "name": "big"}])";
    const Classes classes(parse_json(text));
    CHECK(render_json(classes.class_set(), kOrderedJson) == text);
    CHECK(classes.labels() == std::vector<ClassLabel>{{7, "no order"}});
    CHECK(Classes(Json::array()).size() == 0);
}

TEST_CASE("classes without id or name are refused") {
    struct Case {
        std::string_view json;
        std::string_view message;
    };
    const Case cases[] = {
        {"null", "expected a list of classes, got null"},
        {"{}", "expected a list of classes, got object"},
        {R"([{"id": 1}])", "class 0: expected an object with 'id' and 'name'"},
        {R"([{"id": 1, "name": "x"}, {"name": "y"}])", "class 1: expected"},
        {"[5]", "class 0: expected an object with 'id' and 'name', got '5'"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.json);
        test::check_throws([&] { Classes(parse_json(c.json)); }, ErrorCode::InvalidArgument,
                           c.message);
    }
}

TEST_CASE("classes alone cannot be logged to a run") {
    test::MemoryRun run;
    test::check_throws(
        [&] {
            Classes({{1, "x"}}).to_json(run);
        },
        ErrorCode::InvalidArgument, "cannot be logged to a run");
}

} // namespace vitrine
