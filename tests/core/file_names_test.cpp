// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "core/file_names.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace vitrine {

namespace {

using Names = std::set<std::string>;

struct Found {
    Names names;
    int opened = 0;
};

Found names_in(const FileMembers& files, std::string_view type, const std::string& json) {
    Found found;
    for_each_file_name(
        files, type,
        [&] {
            ++found.opened;
            return std::make_unique<std::istringstream>(json);
        },
        [&](std::string_view name) { found.names.emplace(name); });
    return found;
}

} // namespace

TEST_CASE("the strings that may name files are those of the declared members, or all") {
    const FileMembers files = {{"image", "boxes", "table"}, {"path", "table1"}};
    struct Case {
        std::string_view type;
        std::string json;
        Names names;
        int opened;
    };
    const Case cases[] = {
        {"image", R"({"_type": "image", "path": "p", "caption": "c"})", {"p"}, 1},
        {"image", R"({"path": "p", "caption": "c"})", {"p"}, 1},
        {"image", R"({"path": ["p", {"x": "y", "path": "q"}], "n": 5})", {"p", "q"}, 1},
        {"image", R"({"masks": {"m": {"path": "m"}}, "path": null})", {"m"}, 1},
        {"table", R"({"data": [["c", {"_type": "image", "path": "p"}]]})", {"p"}, 1},
        {"table", R"({"table1": "t", "path": ""})", {"t", ""}, 1},
        {"boxes", R"([{"caption": "c"}, "text"])", {}, 1},
        // A value of another type inside, wherever it is written.
        {"table", R"({"data": ["c", {"_type": "new", "at": "f"}]})", {"c", "new", "f"}, 2},
        {"table", R"({"path": "p", "x": [[{"at": "f", "_type": "new"}]]})", {"p", "f", "new"}, 2},
        // JSON of another type than the file's name says.
        {"image", R"({"_type": "new", "at": "f"})", {"new", "f"}, 2},
        {"new", R"({"_type": "image", "caption": "c"})", {"image", "c"}, 1},
        {"", R"({"caption": "c"})", {"c"}, 1},
    };
    for (const Case& c : cases) {
        CAPTURE(c.type);
        CAPTURE(c.json);
        const Found found = names_in(files, c.type, c.json);
        CHECK(found.names == c.names);
        CHECK(found.opened == c.opened);
    }
    CHECK(names_in({}, "image", R"({"_type": "image", "caption": "c"})").names ==
          Names{"c", "image"});
    test::check_throws([&] { names_in(files, "image", "{"); }, ErrorCode::InvalidFormat, "JSON");
}

} // namespace vitrine
