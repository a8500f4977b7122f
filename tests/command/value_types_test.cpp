// SPDX-License-Identifier: MIT
// What `show` prints about tables, and about values of unregistered types.
#include <vitrine/vitrine.hpp>

#include "command/fixture.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

using namespace vitrine;
using namespace vitrine::test;

TEST_CASE("show prints a table's columns with their types, and its first rows") {
    const Workplace place;
    {
        const auto store = Store::open(place.store());
        Table table({"id", "label", "scores"});
        for (int i = 0; i < 25; ++i) {
            table.add_data(
                {i, i == 1 ? Cell(std::string(60, 'x')) : Cell("a \n b"), Cell::List{0.5, i}});
        }
        auto draft = store.new_artifact("results", "predictions");
        draft.add(table, "table");
        draft.add(Table({"empty"}), "none");
        store.commit(std::move(draft));
    }
    const std::string out = place.ok({"show", "results", "table"}).out;
    CHECK(holds(out, "rows        25\n"));
    CHECK(holds(out, "  id      number or none\n"));
    CHECK(holds(out, "  scores  list of number or none\n"));
    CHECK(holds(out, "ROW  id  label"));
    CHECK(holds(out, "a \\x0a b"));
    CHECK(holds(out, std::string(40, 'x') + "..."));
    CHECK_FALSE(holds(out, std::string(41, 'x')));
    CHECK(holds(out, "  ... 5 more rows\n"));
    CHECK(place.json({"show", "results", "table"})["value"]["data"].size() == 25);
    CHECK(holds(place.ok({"show", "results", "none"}).out, "rows        0\n"));
}

TEST_CASE("the command shows a value of a user-defined type as JSON and files") {
    const char* example = std::getenv("VITRINE_USER_TYPE_EXAMPLE");
    if (example == nullptr) {
        skip("built without -Dexamples=true");
        return;
    }
    const Workplace place(false);
    const std::string store = (place.path() / "scans.vitrine").string();
    REQUIRE(std::system(("'" + std::string(example) + "' '" + store + "' > '" +
                         (place.path() / "out").string() + "'")
                            .c_str()) == 0);
    const std::string said = read_file(place.path() / "out");
    CHECK(holds(said, "got back: car, 3 points\n"));
    CHECK(holds(said, "in the table: tree\n"));
    CHECK(holds(said, "carried on: wandb-artifact://"));

    const std::string scan =
        place.ok({"show", "scans", "scan-1.point-cloud-label.json", "--store", store}).out;
    CHECK(holds(scan, "point-cloud-label"));
    CHECK(holds(scan, "\"label\": \"car\""));
    CHECK(place.json({"show", "scans", "--store", store})["values"]["point-cloud-label"] == 1);
    CHECK(holds(place.ok({"show", "scans", "labels", "--store", store}).out,
                "point-cloud-label or none"));
    // A program without the type copies the value unchanged.
    place.ok({"add", "copies", "picked:v0/the-car.point-cloud-label.json", "--store", store});
    CHECK(place.json({"show", "copies", "the-car.point-cloud-label.json", "--store",
                      store})["value"]["label"] == "car");
    place.ok({"verify", "--store", store});
}
