// SPDX-License-Identifier: MIT
#include <vitrine/media/graph.hpp>
#include <vitrine/media/histogram.hpp>
#include <vitrine/media/html.hpp>
#include <vitrine/media/molecule.hpp>
#include <vitrine/media/object3d.hpp>
#include <vitrine/run/run.hpp>

#include "core/file_system.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

TEST_CASE("lists of one type of media become one object, their files named by index") {
    struct Case {
        std::string_view name;
        Cell::List items;
        std::string_view type;
        std::vector<std::string> files;
    };
    const Cell::List pages = {Html::from_text("a"), Html::from_text("b")};
    const Cell::List objects = {Object3D(LidarScene{}), Object3D::from_bytes("v", "obj")};
    const Cell::List molecules = {Molecule::from_bytes("a", "pdb"),
                                  Molecule::from_bytes("b", "mol2")};
    const Case cases[] = {
        {"html", pages, "html", {"html/k_2_0.html", "html/k_2_1.html"}},
        {"3D", objects, "object3D", {"object3D/k_2_0.pts.json", "object3D/k_2_1.obj"}},
        {"molecules", molecules, "molecule", {"molecule/k_2_0.pdb", "molecule/k_2_1.mol2"}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const TemporaryDirectory folder;
        Run run(folder.path());
        const Json json = run.val_to_json("k", c.items, 2);
        CHECK(json.at("_type") == c.type);
        CHECK(json.at("count") == 2);
        for (const std::string& file : c.files) {
            CAPTURE(file);
            CHECK(std::filesystem::exists(folder.path() / "media" / file));
        }
    }
}

TEST_CASE("lists of other values are logged item by item") {
    const TemporaryDirectory folder;
    Run run(folder.path());
    const Histogram histogram(std::vector<double>{1, 2}, 2);
    CHECK(run.val_to_json("k", histogram, 0) == histogram.to_json());
    const Json json = run.val_to_json(
        "k", Cell::List{histogram, Graph::Builder().build(), Html::from_text("a")}, 0);
    REQUIRE(json.size() == 3);
    CHECK(json[0] == histogram.to_json());
    CHECK(json[1].at("_type") == "graph-file");
    CHECK(json[2].at("_type") == "html-file");
}

} // namespace vitrine
