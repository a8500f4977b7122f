// SPDX-License-Identifier: MIT
#include "table/row_count.hpp"

#include <doctest/doctest.h>

namespace vitrine {

TEST_CASE("the number of rows is read from the end of a table's JSON") {
    struct Case {
        std::string_view tail;
        std::optional<std::uint64_t> rows;
    };
    const Case cases[] = {
        {R"(3]], "ncols": 1, "nrows": 1000000})", 1000000},
        {R"({"nrows": 0})", 0},
        {R"(["\"nrows\": 5"], "ncols": 1, "nrows": 7})", 7},
        {R"("nrows": 7, "z": 1})", std::nullopt},
        {R"("nrows": -1})", std::nullopt},
        {R"("nrows": 99999999999999999999999})", std::nullopt},
        {R"("nrows": )", std::nullopt},
        {"", std::nullopt},
    };
    for (const Case& c : cases) {
        CAPTURE(c.tail);
        CHECK(row_count_at_end(c.tail) == c.rows);
    }
}

} // namespace vitrine
