// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>

#include "command/fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Path -> entry of `ls --json`.
std::map<std::string, Json> entries(const Workplace& place, const std::string& target) {
    std::map<std::string, Json> found;
    for (const auto& entry : place.json({"ls", target})) {
        found[entry["path"]] = entry;
    }
    return found;
}

std::vector<std::string> paths(const Workplace& place, const std::string& target) {
    std::vector<std::string> found;
    for (const auto& [path, entry] : entries(place, target)) {
        found.push_back(path);
    }
    return found;
}

using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("files and folders are added under their own names or those of --as") {
    const Workplace place;
    place.write("a.txt", "a");
    place.write("in/b.txt", "b");
    place.write("in/deep/c.txt", "c");
    struct Case {
        std::vector<std::string> arguments;
        Paths expected;
    };
    const Case cases[] = {
        {{"a.txt"}, {"a.txt"}},
        {{"in/b.txt"}, {"b.txt"}},
        {{"a.txt", "--as", "x/y.txt"}, {"x/y.txt"}},
        {{"a.txt", "--as", "x/"}, {"x/a.txt"}},
        {{"in"}, {"b.txt", "deep/c.txt"}},
        {{"in/"}, {"b.txt", "deep/c.txt"}},
        {{"in", "--as", "x"}, {"x/b.txt", "x/deep/c.txt"}},
        {{"in", "--as", "x/"}, {"x/b.txt", "x/deep/c.txt"}},
        {{"a.txt", "in"}, {"a.txt", "b.txt", "deep/c.txt"}},
        {{"a.txt", "in", "--as", "x"}, {"x/a.txt", "x/b.txt", "x/deep/c.txt"}},
    };
    int number = 0;
    for (const auto& test : cases) {
        const std::string name = "case" + std::to_string(number++);
        CAPTURE(name);
        std::vector<std::string> arguments = {"add", name};
        arguments.insert(arguments.end(), test.arguments.begin(), test.arguments.end());
        const Json document = place.json(arguments);
        CHECK(document["version"] == "v0");
        CHECK(document["unchanged"] == false);
        CHECK(document["entries"] == test.expected.size());
        CHECK(paths(place, name) == test.expected);
    }
    CHECK(place.ok({"cat", "case5", "deep/c.txt"}).out == "c");
    const auto listed = entries(place, "case0");
    CHECK(listed.at("a.txt")["digest"] == "DMF1ucDxtqgxw5niaXcmYQ==");
    CHECK(listed.at("a.txt")["sha256"] == sha256_of("a").hex());
    CHECK(listed.at("a.txt")["size"] == 1);
    CHECK_FALSE(listed.at("a.txt").contains("ref"));
}

TEST_CASE("a URI becomes a reference, whether it is read or not") {
    const Workplace place;
    const fs::path file = place.write("a.txt", "hello");
    place.write("in/b.txt", "b");
    const std::string uri = "file://" + file.string();
    place.ok({"add", "one", uri});
    const auto one = entries(place, "one").at("a.txt");
    CHECK(one["ref"] == uri);
    CHECK(one["size"] == 5);
    CHECK(one["digest"] == "XUFAKrxLKna5cZ2REBfFkg==");
    CHECK_FALSE(one.contains("sha256"));
    CHECK(place.ok({"cat", "one", "a.txt"}).out == "hello");

    place.ok({"add", "folder", "file://" + (place.path() / "in").string()});
    CHECK(paths(place, "folder") == Paths{"b.txt"});

    place.ok({"add", "remote", "s3://bucket/deep/slides", "--no-checksum", "--as", "slides"});
    const auto remote = entries(place, "remote").at("slides");
    CHECK(remote["ref"] == "s3://bucket/deep/slides");
    CHECK(remote["digest"] == "s3://bucket/deep/slides");
    CHECK_FALSE(remote.contains("size"));

    place.ok({"add", "own", "weird+scheme.1://x/y", "--as", "thing"});
    CHECK(entries(place, "own").at("thing")["ref"] == "weird+scheme.1://x/y");
    CHECK(holds(place.ok({"ls", "own"}).out, "thing -> weird+scheme.1://x/y"));
}

TEST_CASE("entries and values of other versions are added by reference") {
    const Workplace place;
    write_voc_folder(place.path() / "voc", 3);
    place.write("readme.txt", "read me");
    place.ok({"import", "voc", "voc", "cells"});
    place.ok({"add", "texts", "readme.txt"});
    const Json before = place.json({"stats"});

    place.ok({"add", "picks", "cells:v0/cell_000", "cells:latest/cell_002.image-file.json",
              "texts:v0/readme.txt"});
    CHECK(paths(place, "picks") ==
          Paths{"cell_000.image-file.json", "cell_002.image-file.json", "readme.txt"});
    const std::string id = place.json({"show", "cells:v0"})["id"];
    const auto picked = entries(place, "picks").at("cell_000.image-file.json");
    CHECK(picked["ref"] == "wandb-artifact://" + id + "/cell_000.image-file.json");
    CHECK(picked["size"] == 0);
    CHECK(place.ok({"cat", "picks", "readme.txt"}).out == "read me");
    CHECK(place.json({"show", "picks", "cell_000"})["value"]["caption"] == "cell_000");

    place.ok({"add", "renamed", "cells:v0/cell_001", "--as", "the/one"});
    CHECK(paths(place, "renamed") == Paths{"the/one.image-file.json"});

    const Json after = place.json({"stats"});
    CHECK(after["objects"] == before["objects"]);
    CHECK(after["object_bytes"] == before["object_bytes"]);
}

TEST_CASE("a file on disk is preferred to an entry of the same spelling") {
    const Workplace place;
    place.write("texts:v0/readme.txt", "on disk");
    place.ok({"add", "texts", "texts:v0/readme.txt"});
    CHECK(place.ok({"cat", "texts", "readme.txt"}).out == "on disk");
}

TEST_CASE("adding a changed folder again makes a version of what changed") {
    const Workplace place;
    for (int i = 0; i < 20; ++i) {
        place.write("in/" + std::to_string(i) + ".txt", "text " + std::to_string(i));
    }
    place.ok({"add", "notes", "in"});
    const Json before = place.json({"stats"});

    const Json same = place.json({"add", "notes", "in", "--from", "notes:latest", "--mirror"});
    CHECK(same["unchanged"] == true);
    CHECK(same["version"] == "v0");
    CHECK(place.ok({"add", "notes", "in", "--from", "notes:latest"}).out ==
          "unchanged, is notes:v0\n");

    place.write("in/3.txt", "changed");
    place.write("in/new.txt", "new");
    fs::remove(place.path() / "in" / "7.txt");
    const Json kept = place.json({"add", "notes", "in", "--from", "notes:latest"});
    CHECK(kept["version"] == "v1");
    CHECK(kept["added"] == 1);
    CHECK(kept["changed"] == 1);
    CHECK(kept["removed"] == 0);
    CHECK(kept["entries"] == 21);

    const Json mirrored = place.json({"add", "notes", "in", "--from", "notes:v0", "--mirror"});
    CHECK(mirrored["version"] == "v2");
    CHECK(mirrored["removed"] == 1);
    CHECK(mirrored["entries"] == 20);
    CHECK(place.ok({"add", "notes", "in", "--from", "notes:v0"}).out ==
          "notes:v3  21 entries: 1 added, 1 changed, 0 removed since notes:v0\n");

    const Json after = place.json({"stats"});
    CHECK(after["objects"] == before["objects"].get<int>() + 2);
    CHECK(place.json({"log", "notes"})[0]["base"] == "notes:v0");
    CHECK(place.ok({"cat", "notes:v0", "3.txt"}).out == "text 3");
    CHECK(place.ok({"cat", "notes:v2", "3.txt"}).out == "changed");
}

TEST_CASE("mirroring a folder below --as leaves the rest alone") {
    const Workplace place;
    place.write("in/a", "a");
    place.write("in/b", "b");
    place.ok({"add", "notes", "in", "--as", "left"});
    place.ok({"add", "notes", "in", "--as", "right", "--from", "notes:latest"});
    fs::remove(place.path() / "in" / "a");
    place.ok({"add", "notes", "in", "--as", "right", "--from", "notes:latest", "--mirror"});
    CHECK(paths(place, "notes") == Paths{"left/a", "left/b", "right/b"});
}

TEST_CASE("metadata, description, type and aliases belong to the version") {
    const Workplace place;
    place.write("a.txt", "a");
    place.write("b.txt", "b");
    place.ok({"add", "model", "a.txt", "--type", "weights", "--alias", "best", "--alias", "new",
              "--meta", "epochs=3", "--meta", "lab=north wing", "--meta", "tags=[\"x\", 1.5]",
              "--meta", "empty=", "-d", "a first try"});
    const Json shown = place.json({"show", "model:best"});
    CHECK(shown["type"] == "weights");
    CHECK(shown["description"] == "a first try");
    CHECK(render_json(shown["metadata"]) ==
          R"({"empty": "", "epochs": 3, "lab": "north wing", "tags": ["x", 1.5]})");
    const auto aliases = shown["aliases"].get<std::vector<std::string>>();
    for (const char* alias : {"best", "new", "latest"}) {
        CAPTURE(alias);
        CHECK(std::find(aliases.begin(), aliases.end(), alias) != aliases.end());
    }

    // The type of the artifact is known, and the metadata of the base is kept.
    place.ok({"add", "model", "b.txt", "--from", "model:v0", "--meta", "epochs=4"});
    const Json next = place.json({"show", "model"});
    CHECK(next["version"] == "v1");
    CHECK(next["type"] == "weights");
    CHECK(next["metadata"]["epochs"] == 4);
    CHECK(next["metadata"]["lab"] == "north wing");
    CHECK(next["description"] == "a first try");
    CHECK(place.json({"show", "model:best"})["version"] == "v0");
}

TEST_CASE("--move removes the files only after the commit") {
    const Workplace place;
    place.write("in/a.txt", "a");
    place.write("in/b.txt", "b");
    place.write("c.txt", "c");
    CHECK(place.run({"add", "notes", "in", "missing", "--move"}).exit_code == 1);
    CHECK(fs::exists(place.path() / "in" / "a.txt"));
    place.ok({"add", "notes", "in", "c.txt", "--move"});
    CHECK_FALSE(fs::exists(place.path() / "in" / "a.txt"));
    CHECK_FALSE(fs::exists(place.path() / "in" / "b.txt"));
    CHECK_FALSE(fs::exists(place.path() / "c.txt"));
    CHECK(place.ok({"cat", "notes", "b.txt"}).out == "b");
}

TEST_CASE("two sources for one path are an error and make no version") {
    const Workplace place;
    place.write("x/a.txt", "one");
    place.write("y/a.txt", "two");
    const CommandResult result = place.run({"add", "notes", "x", "y"});
    CHECK(result.exit_code == 1);
    CHECK(holds(result.err, "cannot add the same path twice: 'a.txt'"));
    CHECK(place.json({"list"}).empty());
}
