// SPDX-License-Identifier: MIT
// What `show` and `log` print about the runs that used and made a version.
#include <vitrine/store/store.hpp>

#include "command/fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// cells:v0, which run r1 used to make split:v0, and run r2 used without making anything.
struct Lines : Workplace {
    Lines() {
        const Store store = Store::open(this->store());
        auto cells = store.new_artifact("cells", "dataset");
        cells.add_bytes("cell", "cell.txt");
        const Artifact used = store.commit(std::move(cells));
        store.record_use(used, {"r1", "/runs/r1"});
        store.record_use(used, {"r2", ""});
        auto split = store.new_artifact("split", "dataset");
        split.add_bytes("part", "part.txt");
        store.commit(std::move(split), {.run = RunIdentity{"r1", "/runs/r1"}});
    }
};

} // namespace

TEST_CASE("show prints the runs that made and used a version, log the run that made it") {
    const Lines place;
    const std::string split = place.ok({"show", "split"}).out;
    CHECK(holds(split, "made by  run r1 in /runs/r1, from cells:v0\n"));
    CHECK_FALSE(holds(split, "used by"));
    const std::string cells = place.ok({"show", "cells"}).out;
    CHECK(holds(cells, "used by  run r1 in /runs/r1, for split:v0\n"));
    CHECK(holds(cells, "used by  run r2\n"));
    CHECK_FALSE(holds(cells, "made by"));

    CHECK(holds(place.ok({"log", "split"}).out, "  RUN  "));
    CHECK_FALSE(holds(place.ok({"log", "cells"}).out, "RUN"));
    CHECK(place.json({"log", "split"})[0]["run"] == "r1");
    CHECK(place.json({"log", "cells"})[0]["run"] == nullptr);
}

TEST_CASE("show --json prints the lineage with ids, and marks versions removed since") {
    const Lines place;
    const Json shown = place.json({"show", "cells"});
    CHECK(shown["made_by"] == Json::array());
    REQUIRE(shown["used_by"].size() == 2);
    const Json& first = shown["used_by"][0];
    CHECK(first["run"] == "r1");
    CHECK(first["directory"] == "/runs/r1");
    CHECK(first["created"].get<std::string>().ends_with("Z"));
    CHECK(first["made"][0] == Json{{"name", "split"},
                                   {"version", "v0"},
                                   {"id", place.json({"show", "split"})["id"]},
                                   {"removed", false}});

    place.ok({"rm", "cells:v0"});
    place.ok({"gc"});
    CHECK(place.json({"show", "split"})["made_by"][0]["used"][0]["removed"] == true);
    CHECK(holds(place.ok({"show", "split"}).out, "from cells:v0 (removed)\n"));
    // A folder has no lineage.
    CHECK(place.json({"show", "."})["made_by"] == Json::array());
}
