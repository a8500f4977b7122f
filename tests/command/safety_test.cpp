// SPDX-License-Identifier: MIT
// What the command refuses to do by accident: use another user's store, swallow a store, lose
// aliases, entries or another's update.
#include "command/fixture.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

constexpr uid_t kOther = 65534;

using Arguments = std::vector<std::string>;

CommandResult run_in(const Workplace& place, const Arguments& arguments,
                     const std::map<std::string, std::string>& environment = {}) {
    CommandOptions options;
    options.environment = environment;
    options.environment.try_emplace("HOME", place.path().native());
    return place.run(arguments, options);
}

} // namespace

TEST_CASE("another user's store that was found by walking up needs trust") {
    if (::geteuid() != 0) {
        skip("only root can give files to another user");
        return;
    }
    struct Case {
        const char* what;
        Arguments options;
        std::map<std::string, std::string> environment;
        const char* list; ///< of trusted stores; %: the path of the store
        int exit_code;
    };
    const std::vector<Case> cases = {
        {"nothing", {}, {}, "", 10},
        {"--trust", {"--trust"}, {}, "", 0},
        {"--store", {"--store", ".vitrine"}, {}, "", 0},
        {"$VITRINE_STORE", {}, {{"VITRINE_STORE", ".vitrine"}}, "", 0},
        {"a line of the list", {}, {}, "/other\n%\n", 0},
        {"other lines", {}, {}, "/other\n%/x\n\n/\n", 10},
        {"sudo's caller", {}, {{"SUDO_UID", std::to_string(kOther)}}, "", 0},
        {"another of sudo's callers", {}, {{"SUDO_UID", "65533"}}, "", 10},
    };
    for (const Case& item : cases) {
        CAPTURE(item.what);
        const Workplace place;
        REQUIRE(::chown(place.store().c_str(), kOther, kOther) == 0);
        std::string list = item.list;
        for (auto at = list.find('%'); at != std::string::npos; at = list.find('%')) {
            list.replace(at, 1, place.store().native());
        }
        fs::create_directories(place.path() / ".config" / "vitrine");
        place.write(".config/vitrine/trusted", list);
        place.write("file", "x");
        for (Arguments arguments : {Arguments{"list"}, Arguments{"add", "x", "file"},
                                    Arguments{"gc"}, Arguments{"repair"}}) {
            CAPTURE(arguments[0]);
            arguments.insert(arguments.begin(), item.options.begin(), item.options.end());
            const CommandResult result = run_in(place, arguments, item.environment);
            CHECK(result.exit_code == item.exit_code);
            CHECK(holds(result.err, "belongs to another user") == (item.exit_code == 10));
        }
    }
}

TEST_CASE("a link to a store is trusted only if it is the user's own") {
    if (::geteuid() != 0) {
        skip("only root can give links to another user");
        return;
    }
    const Workplace place;
    fs::rename(place.store(), place.path() / "real");
    fs::create_directory_symlink("real", place.store());
    CHECK(run_in(place, {"list"}).exit_code == 0);
    REQUIRE(::lchown(place.store().c_str(), kOther, kOther) == 0);
    const CommandResult result = run_in(place, {"list"});
    CHECK(result.exit_code == 10);
    CHECK(holds(result.err, "give --trust"));
    CHECK(run_in(place, {"list", "--trust"}).exit_code == 0);
}

TEST_CASE("the folder with the store is added, shown and compared without it") {
    const Workplace place;
    place.write("a.txt", "a");
    const std::string message = "left out, since it is the folder of a store: '.vitrine'";
    for (const Arguments& arguments : {Arguments{"add", "proj", "."}, Arguments{"show", "."},
                                       Arguments{"diff", "proj", ".", "--exit-code"}}) {
        CAPTURE(arguments[0]);
        const CommandResult result = place.ok(arguments);
        CHECK(holds(result.err, message));
    }
    CHECK(place.ok({"ls", "proj"}).out.find(".vitrine") == std::string::npos);
    const std::string uri = "file://" + place.path().native();
    CHECK(holds(place.ok({"add", "linked", uri, "--as", "here"}).err, "folder of a store"));
    CHECK(place.json({"ls", "linked"}).size() == 1);
    for (const char* folder : {".vitrine", ".vitrine/objects"}) {
        const CommandResult refused = place.run({"add", "proj", folder});
        CHECK(refused.exit_code == 1);
        CHECK(holds(refused.err, "a store is never its own content"));
    }
}

TEST_CASE("rm names the aliases that go with a version, and needs --force for it") {
    const Workplace place;
    place.write("f", "1");
    place.ok({"add", "m", "f", "--alias", "prod", "--alias", "best"});
    place.write("f", "2");
    place.ok({"add", "m", "f"});
    const CommandResult refused = place.run({"rm", "m:v0"});
    CHECK(refused.exit_code == 1);
    CHECK(holds(refused.err, "'best' of 'm:v0', 'prod' of 'm:v0'"));
    CHECK(holds(refused.err, "--force removes them too"));
    const CommandResult all = place.run({"rm", "m:*"});
    CHECK(all.exit_code == 1);
    const CommandResult dry = place.ok({"rm", "m:*", "--dry-run"});
    CHECK(dry.out == "would remove m:v0, with its alias 'best', 'prod'\nwould remove m:v1\n");
    CHECK(holds(dry.err, "give --force"));
    const Json document = place.json({"rm", "m:v0", "--force"});
    CHECK(document["aliases"] == Json::array({{{"alias", "best"}, {"version", "m:v0"}},
                                              {{"alias", "prod"}, {"version", "m:v0"}}}));
    CHECK(place.ok({"rm", "m:v1"}).out == "removed m:v1\n");
}

TEST_CASE("add --mirror from an empty or missing folder needs --force") {
    const Workplace place;
    fs::create_directories(place.path() / "full");
    fs::create_directories(place.path() / "empty");
    place.write("full/a", "a");
    place.ok({"add", "x", "full"});
    for (const char* folder : {"empty", "missing"}) {
        CAPTURE(folder);
        Arguments arguments{"add", "x", folder, "--from", "x:v0", "--mirror"};
        const CommandResult refused = place.run(arguments);
        CHECK(refused.exit_code == 1);
        CHECK(holds(refused.err, folder));
        CHECK(place.json({"ls", "x"}).size() == 1);
        arguments.push_back("--force");
        place.ok(arguments);
        CHECK(place.json({"ls", "x"}).empty());
        place.ok({"add", "x", "full"});
    }
}

TEST_CASE("add --from a version by its number says that a later one exists") {
    const Workplace place;
    for (const char* bytes : {"1", "2"}) {
        place.write("f", bytes);
        place.ok({"add", "x", "f"});
    }
    place.write("g", "3");
    const CommandResult result = place.ok({"add", "x", "g", "--from", "x:v0"});
    CHECK(holds(result.err, "'x:v2' is made from v0; the latest version was v1"));
    place.write("g", "4");
    CHECK(place.ok({"add", "x", "g", "--from", "x", "--allow-diverged"}).exit_code == 0);
}

TEST_CASE("64 descriptors suffice for folders, versions and packs of any number") {
    const Workplace place(false);
    place.ok({"init", "--durability", "fast"});
    for (int i = 0; i < 100; ++i) {
        const std::string name = std::to_string(i);
        fs::create_directories(place.path() / "d" / name / "deep");
        place.write("d/" + name + "/deep/f", name);
        // Each commit makes a segment of its own and, with more than 16 objects, a pack.
        for (int file = 0; file < 17; ++file) {
            place.write("new/" + std::to_string(file), name + "/" + std::to_string(file));
        }
        place.ok(i == 0 ? Arguments{"add", "x", "new", "--as", name}
                        : Arguments{"add", "x", "new", "--as", name, "--from", "x"});
    }
    CommandOptions options;
    options.descriptor_limit = 64;
    REQUIRE(std::distance(fs::directory_iterator(place.store() / "objects" / "packs"), {}) > 64);
    for (const Arguments& arguments : std::vector<Arguments>{
             {"cat", "x", "7/1"},
             {"list"},
             {"log", "x"},
             {"show", "x"},
             {"ls", "x"},
             {"diff", "x:v3", "x"},
             {"add", "y", "d"},
             {"add", "z", "file://" + (place.path() / "d").native()},
             {"diff", "y", "d"},
             {"verify"},
             {"verify", "x"},
             {"verify", "d", "--against", "y"},
             {"checkout", "x", "new-folders"},
             {"checkout", "x:v9", "old-folders"},
             {"checkout", "x", "old-folders"},
             {"checkout", "x:v9", "old-folders", "--mirror"},
             {"rm", "x:v5"},
             {"repair"},
             {"gc"},
             {"stats"},
         }) {
        CAPTURE(arguments[0]);
        const CommandResult result = place.run(arguments, options);
        CAPTURE(result.err);
        CHECK(result.exit_code == 0);
    }
}
