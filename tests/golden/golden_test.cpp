// SPDX-License-Identifier: MIT
// What the W&B SDK did, done again by vitrine: see tests/data/golden/README.md for the data, and
// deviations_*.cpp for where vitrine does other than the SDK on purpose.
#include "golden/column_types.hpp"
#include "golden/deviations.hpp"
#include "golden/reading.hpp"
#include "golden/suffixes.hpp"
#include "golden/table_cells.hpp"
#include "golden/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

using namespace vitrine;
using namespace vitrine::golden;

namespace {

Report& report() {
    static Report shared;
    return shared;
}

} // namespace

TEST_CASE("the steps of every case give what they gave in the SDK") {
    for (const auto& name : case_names()) {
        INFO("case ", name);
        World world(name, report());
        world.run();
        check_prepared_videos(world);
        if (world.golden.json.contains("with_suffix")) {
            check_suffixes(world.golden.json, report());
        }
        if (world.golden.json.contains("type_from_dtype")) {
            check_column_types(world);
        }
        if (world.golden.json.contains("cells")) {
            check_table_cells(world);
        }
    }
    CHECK(report().cases == case_names());
    CHECK(report().steps > 0);
}

TEST_CASE("every artifact of the SDK is read, and its values are written again byte for byte") {
    for (const auto& name : case_names()) {
        const TemporaryDirectory root;
        read_case(load_case(name, root.path() / "golden"), report());
    }
    CHECK(report().values_restored > 0);
}

TEST_CASE("every listed deviation is met once, and the rest is accounted for") {
    report().print(std::cout);
    const auto cases = case_names();
    std::size_t expected = 0;
    for (const auto& deviation : deviations()) {
        if (std::getenv("VITRINE_GOLDEN_CASES") != nullptr &&
            !std::ranges::binary_search(cases, deviation.test_case)) {
            continue;
        }
        ++expected;
        const std::string where =
            std::string(deviation.test_case) + ", " +
            (deviation.where.find_first_not_of("0123456789") == std::string_view::npos ||
                     deviation.where.find('/') != std::string_view::npos
                 ? "step "
                 : "") +
            std::string(deviation.where);
        CAPTURE(where);
        int met = 0;
        for (const auto& line : report().deviations) {
            met += line.where == where ? 1 : 0;
        }
        CHECK(met == 1);
        CHECK_FALSE(deviation.sdk.empty());
        CHECK_FALSE(deviation.vitrine.empty());
        CHECK_FALSE(deviation.why.empty());
    }
    CHECK(report().deviations.size() == expected);
}
