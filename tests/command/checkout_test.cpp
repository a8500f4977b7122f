// SPDX-License-Identifier: MIT
// What checkout says about what lay in the folder, and how verify compares a folder with a version.
#include "command/fixture.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::CommandResult;
using test::holds;
using test::Workplace;

/// A store with "notes": v0 has a.txt; v1 has another a.txt, and b.txt.
struct Notes : Workplace {
    Notes() {
        write("d/a.txt", "one");
        ok({"add", "notes", "d"});
        write("d/a.txt", "two");
        write("d/b.txt", "more");
        ok({"add", "notes", "d"});
    }
    std::string read(const std::string& name) const { return read_file(path() / name); }
};

TEST_CASE("an edit in the way of a checkout is left and named, and --force replaces and names it") {
    const Notes place;
    place.ok({"checkout", "notes:v0", "out"});
    place.write("out/a.txt", "hours of work");
    const CommandResult left = place.run({"checkout", "notes", "out"});
    CHECK(left.exit_code == 3);
    CHECK(holds(left.err, "left a.txt: a file whose bytes no version of the store can give back"));
    CHECK(holds(left.err, "use --force"));
    CHECK(place.read("out/a.txt") == "hours of work");
    CHECK(place.read("out/b.txt") == "more");

    const CommandResult forced = place.ok({"checkout", "notes", "out", "--force"});
    CHECK(holds(forced.err, "replaced a.txt, which is in no version"));
    CHECK(holds(forced.out, "1 replaced"));
    CHECK(place.read("out/a.txt") == "two");
}

TEST_CASE("a link, and a folder, in the way of a checkout are left and named") {
    const Notes place;
    place.write("mine/x", "hours of work");
    fs::create_directory(place.path() / "out");
    fs::create_symlink("../mine/x", place.path() / "out/a.txt");
    place.write("out/b.txt/x", "hours of work");
    CommandResult result = place.run({"checkout", "notes", "out", "--json"});
    CHECK(result.exit_code == 3);
    const Json conflicts = result.json()["conflicts"];
    REQUIRE(conflicts.size() == 2);
    CHECK(conflicts[0]["path"] == "a.txt");
    CHECK(conflicts[0]["reason"] == "a symbolic link");
    CHECK(conflicts[1]["path"] == "b.txt");
    CHECK(place.json({"checkout", "notes", "out", "--force"})["overwritten"] ==
          Json::array({"a.txt", "b.txt/x"}));
    CHECK(place.read("mine/x") == "hours of work");
}

TEST_CASE("what a checkout of another version left is named, and --mirror removes it") {
    const Notes place;
    place.ok({"checkout", "notes:v1", "out"});
    place.write("out/mine.txt", "hours of work");
    const CommandResult named = place.ok({"checkout", "notes:v0", "out"});
    CHECK(holds(named.err, "b.txt is of another version"));
    CHECK_FALSE(holds(named.err, "mine.txt"));
    CHECK(holds(named.out, "1 replaced"));
    CHECK(place.json({"checkout", "notes:v0", "out"})["left_behind"] == Json::array({"b.txt"}));

    const Json report = place.json({"checkout", "notes:v0", "out", "--mirror"});
    CHECK(report["removed"] == 1);
    CHECK(report["left_behind"] == Json::array());
    CHECK_FALSE(fs::exists(place.path() / "out/b.txt"));
    CHECK(place.read("out/mine.txt") == "hours of work");

    place.ok({"checkout", "notes:v1", "out"});
    place.write("out/b.txt", "hours of work");
    CHECK(place.run({"checkout", "notes:v0", "out", "--mirror"}).exit_code == 3);
    CHECK(place.read("out/b.txt") == "hours of work");
}

TEST_CASE(
    "a name that the file system refuses leaves out that entry, with a warning when it is added") {
    const Notes place;
    const std::string name(256, 'n');
    const CommandResult added =
        place.ok({"add", "notes", "d/a.txt", "--from", "notes", "--as", "sub/" + name});
    CHECK(holds(added.err, "has a name of more than 255 bytes"));
    const CommandResult result = place.run({"checkout", "notes", "out"});
    CHECK(result.exit_code == 3);
    CHECK(holds(result.err, "this file system cannot have a file of that name"));
    CHECK(place.read("out/b.txt") == "more");
}

TEST_CASE("a checkout into the store is refused") {
    const Notes place;
    for (const char* folder : {".vitrine", ".vitrine/objects", ".vitrine/new/deep"}) {
        CAPTURE(folder);
        const CommandResult result = place.run({"checkout", "notes", folder});
        CHECK(result.exit_code == 1);
        CHECK(holds(result.err, "is in the store"));
    }
    CHECK_FALSE(fs::exists(place.store() / "new"));
    place.ok({"checkout", "notes", "."});
}

TEST_CASE("a folder without a manifest is verified against a version, or not at all") {
    const Notes place;
    place.ok({"checkout", "notes", "out"});
    CommandResult result = place.run({"verify", "./out"});
    CHECK(result.exit_code == 2);
    CHECK(holds(result.err, "--against"));
    CHECK(holds(place.ok({"verify", "./out", "--against", "notes"}).out, "all is well: 2 files"));
    CHECK(place.run({"verify", "--against", "notes"}).exit_code == 2);
    CHECK(place.run({"verify", "./nowhere", "--against", "notes"}).exit_code == 1);

    place.write("out/a.txt", "TWO");
    fs::remove(place.path() / "out/b.txt");
    place.write("out/mine.txt", "of no version");
    result = place.run({"verify", "./out", "--against", "notes", "--json"});
    CHECK(result.exit_code == 4);
    const Json damages = result.json()["damages"];
    REQUIRE(damages.size() == 2);
    CHECK(damages[0]["object"] == "a.txt");
    CHECK(holds(damages[0]["problem"].get<std::string>(), "expected "));
    CHECK(damages[1]["object"] == "b.txt");
    CHECK(damages[1]["problem"] == "missing");
    CHECK(damages[1]["versions"] == Json::array({"notes:v1"}));
    fs::remove(place.path() / "out/a.txt");
    fs::create_directory(place.path() / "out/a.txt");
    CHECK(place.run({"verify", "./out", "--against", "notes"}).exit_code == 4);
}

} // namespace
