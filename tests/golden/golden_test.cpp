// SPDX-License-Identifier: MIT
// vitrine repeats what the W&B SDK did: see tests/data/golden/README.md for the data, and
// tests/data/deviations for the deliberate differences.
#include <vitrine/image/codec.hpp>

#include "golden/column_types.hpp"
#include "golden/deviations.hpp"
#include "golden/reading.hpp"
#include "golden/suffixes.hpp"
#include "golden/table_cells.hpp"
#include "golden/world.hpp"
#include "media/sound_file.hpp"
#include "support/skip.hpp"

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

/// Whether this build reads TIFF pictures.
bool has_tiff() {
    return std::ranges::count(picture_formats(), "tiff") > 0;
}

/// Cases that need a library which a build may lack.
struct Needed {
    std::string_view library;
    bool (*is_there)();
    std::vector<std::string> cases;
};
const std::vector<Needed>& needed_libraries() {
    static const std::vector<Needed> all = {
        {"libsndfile",
         has_sound_library,
         {"cross_media_in_table", "cross_refs_audio", "cross_refs_table", "cross_table_slices",
          "table_media_cells"}},
        {"libtiff", has_tiff, {"image_from_path"}},
    };
    return all;
}

/// Whether this build has what a case needs.
bool can_run(std::string_view name) {
    return std::ranges::none_of(needed_libraries(), [&](const Needed& needed) {
        return !needed.is_there() && std::ranges::count(needed.cases, name) > 0;
    });
}

/// Whether the case was not excluded by VITRINE_GOLDEN_CASES (see case_names).
bool is_chosen(std::string_view name) {
    return std::getenv("VITRINE_GOLDEN_CASES") == nullptr ||
           std::ranges::count(case_names(), name) > 0;
}

std::vector<std::string> cases_to_run() {
    std::vector<std::string> names = case_names();
    std::erase_if(names, [](const std::string& name) { return !can_run(name); });
    return names;
}

/// Checks that the cases that need a library were run; skips if the build lacks it.
void check_run_with(std::string_view library) {
    const auto needed = std::ranges::find(needed_libraries(), library, &Needed::library);
    if (!needed->is_there()) {
        return test::skip("this build has no " + std::string(library));
    }
    for (const auto& name : needed->cases) {
        CAPTURE(name);
        CHECK((std::ranges::count(report().cases, name) == 1 || !is_chosen(name)));
    }
}

} // namespace

TEST_CASE("the steps of every case have the same results as in the SDK") {
    for (const auto& name : cases_to_run()) {
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
    CHECK(report().cases == cases_to_run());
    CHECK(report().steps > 0);
}

TEST_CASE("every artifact of the SDK is read, and its values are written again as the same bytes") {
    for (const auto& name : cases_to_run()) {
        const TemporaryDirectory root;
        read_case(load_case(name, root.path() / "golden"), report());
    }
    CHECK(report().values_restored > 0);
}

TEST_CASE("the cases that make sound from samples were run") {
    check_run_with("libsndfile");
}

TEST_CASE("the case with TIFF pictures was run") {
    check_run_with("libtiff");
}

TEST_CASE("every listed deviation is met once, and there are no others") {
    report().print(std::cout);
    std::size_t expected = 0;
    for (const auto& deviation : deviations()) {
        if (!is_chosen(deviation.test_case) || !can_run(deviation.test_case)) {
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
