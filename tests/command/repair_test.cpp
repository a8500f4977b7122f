// SPDX-License-Identifier: MIT
// Damage, from its discovery to its repair.
#include <vitrine/core/digest.hpp>

#include "command/fixture.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

void change_in_place(const fs::path& path, std::string_view text) {
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(path, std::ios::binary | std::ios::in) << text;
}

fs::path only_object_of(const Workplace& place, const std::string& bytes) {
    const std::string name = sha256_of(bytes).hex();
    return place.store() / "objects" / "loose" / name.substr(0, 2) / name;
}

} // namespace

TEST_CASE(
    "a hard-linked file that was changed in place is found by verify, and restored by repair") {
    const Workplace place;
    place.write("notes/a.txt", "first words");
    place.write("notes/b.txt", "second words");
    place.ok({"add", "notes", "notes"});
    place.ok({"checkout", "notes", "out", "--link", "hardlink"});
    CHECK(place.run({"verify"}).exit_code == 0);
    change_in_place(place.path() / "out" / "a.txt", "FIRST");

    const CommandResult verified = place.run({"verify"});
    CHECK(verified.exit_code == 4);
    CHECK(holds(verified.out, "damaged " + sha256_of("first words").hex() + ": expected "));
    CHECK(holds(verified.out, "  entries   notes:v0/a.txt\n"));
    CHECK(holds(verified.out, "1 object is damaged, of "));

    // Without a copy of the bytes the damage stays, and repair names it.
    const CommandResult alone = place.run({"repair"});
    CHECK(alone.exit_code == 3);
    CHECK(holds(alone.out, "damaged " + sha256_of("first words").hex()));
    CHECK(holds(alone.out, "  versions  notes:v0\n"));
    CHECK(holds(alone.out, "repaired: 1 version; read "));

    const CommandResult repaired = place.run({"repair", "--from", "notes"});
    CHECK(repaired.exit_code == 0);
    CHECK(holds(repaired.out, "restored 1 object, 11 B\n"));
    CHECK(holds(repaired.out, "all is well: 1 version; read "));
    CHECK(place.run({"verify"}).exit_code == 0);
    CHECK(place.ok({"cat", "notes", "a.txt"}).out == "first words");
}

TEST_CASE("a store without its catalogue is repaired, and no other verb opens it before") {
    const Workplace place;
    place.write("a.txt", "words");
    place.ok({"add", "notes", "a.txt", "--alias", "best"});
    for (const char* file : {"catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"}) {
        fs::remove(place.store() / file);
    }
    const CommandResult refused = place.run({"list"});
    CHECK(refused.exit_code == 10);
    CHECK(holds(refused.err, "run 'vitrine repair'"));
    const Json report = place.json({"repair"});
    CHECK(report["ok"] == true);
    CHECK(report["versions"] == 1);
    CHECK(report["objects"] == 3);
    CHECK(report["restored_objects"] == 0);
    CHECK(report["healed_objects"] == 0);
    CHECK(report["notes"].size() == 1);
    CHECK(report["losses"].empty());
    CHECK(report["damages"].empty());
    CHECK(place.ok({"cat", "notes:best", "a.txt"}).out == "words");
}

TEST_CASE("repair names lost objects in JSON, and the rest can be checked out") {
    const Workplace place;
    place.write("notes/a.txt", "first words");
    place.write("notes/b.txt", "second words");
    place.ok({"add", "notes", "notes"});
    fs::remove(only_object_of(place, "first words"));
    place.write(".vitrine/records/artifacts/notes/head.json", "garbage");
    fs::remove(place.store() / "catalog.sqlite");
    const CommandResult result = place.run({"repair", "--json"});
    CHECK(result.exit_code == 3);
    const Json report = result.json();
    CHECK(report["ok"] == false);
    REQUIRE(report["losses"].size() == 1);
    CHECK(report["losses"][0]["what"] == "aliases of notes");
    REQUIRE(report["damages"].size() == 1);
    CHECK(report["damages"][0]["object"] == sha256_of("first words").hex());
    CHECK(report["damages"][0]["problem"] == "missing");
    CHECK(report["damages"][0]["entries"] == Json::array({"notes:v0/a.txt"}));
    CHECK(place.run({"checkout", "notes", "out"}).exit_code == 3);
    CHECK(fs::exists(place.path() / "out" / "b.txt"));
    // Adding the bytes again restores the version that has lost them.
    CHECK(place.json({"add", "notes", "notes"})["unchanged"] == true);
    CHECK(place.run({"verify"}).exit_code == 0);
    CHECK(place.run({"checkout", "notes", "out"}).exit_code == 0);
}

TEST_CASE("repair needs a store that is not open elsewhere") {
    const Workplace place;
    place.write("a.txt", "words");
    place.ok({"add", "notes", "a.txt"});
    const int lock = ::open((place.store() / "vitrine.json").c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(::flock(lock, LOCK_SH) == 0);
    const CommandResult locked = place.run({"repair"});
    ::close(lock);
    CHECK(locked.exit_code == 11);
    CHECK(holds(locked.err, "is open elsewhere"));
    CHECK(place.run({"repair", "--from", "nowhere"}).exit_code == 1);
    fs::remove(place.store() / "vitrine.json");
    const CommandResult none = place.run({"repair"});
    CHECK(none.exit_code == 10);
    CHECK(holds(none.err, "it has no vitrine.json, but it has other files of a store"));
}
