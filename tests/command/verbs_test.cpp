// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>

#include "command/fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

std::set<std::string> keys(const Json& object) {
    std::set<std::string> names;
    for (const auto& [key, value] : object.items()) {
        names.insert(key);
    }
    return names;
}

bool has(const Json& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

/// cells:v0 with three pictures, cells:v1 with two of its values and a file.
struct Cells : Workplace {
    Cells() {
        write_voc_folder(path() / "voc", 3);
        write("readme.txt", "read me\n");
        ok({"import", "voc", "voc", "cells"});
        ok({"add", "cells", "readme.txt", "--from", "cells:v0", "--alias", "told"});
    }
};

} // namespace

TEST_CASE("init makes a store in the given folder, and never in one that is not empty") {
    const Workplace place(false);
    const CommandResult made = place.ok({"init", "one"});
    CHECK(holds(made.out, "made a store in "));
    CHECK(fs::exists(place.path() / "one" / "vitrine.json"));
    CHECK(fs::exists(fs::path(place.json({"init", "two"})["store"].get<std::string>()).is_absolute()
                         ? fs::path("/")
                         : place.path() / "two"));
    place.ok({"init", "--store", "three"});
    CHECK(fs::exists(place.path() / "three" / "vitrine.json"));
    place.ok({"init"});
    CHECK(fs::exists(place.path() / ".vitrine" / "vitrine.json"));
    place.ok({"init", "scratch", "--durability", "fast", "--dialect", "wandb-0.10"});
    CHECK(holds(read_file(place.path() / "scratch" / "vitrine.json"), "fast"));

    place.ok({"init", "loose", "--pack-limit", "0"});
    CHECK(holds(read_file(place.path() / "loose" / "vitrine.json"), "\"pack_limit\": 0"));
    place.ok({"init", "packed", "--pack-limit", "16K"});
    CHECK(holds(read_file(place.path() / "packed" / "vitrine.json"), "\"pack_limit\": 16384"));
    CHECK(place.run({"init", "one"}).exit_code == 1);
    place.write("full/file.txt", "mine");
    const CommandResult full = place.run({"init", "full"});
    CHECK(full.exit_code == 1);
    CHECK(holds(full.err, "full"));
    CHECK(read_file(place.path() / "full" / "file.txt") == "mine");
    CHECK(place.run({"init", "odd", "--dialect", "wandb-9"}).exit_code == 1);
    CHECK_FALSE(fs::exists(place.path() / "odd" / "vitrine.json"));
}

TEST_CASE("list prints the artifacts, and log the versions of one") {
    const Cells place;
    const Json artifacts = place.json({"list"});
    REQUIRE(artifacts.size() == 1);
    CHECK(artifacts[0]["name"] == "cells");
    CHECK(artifacts[0]["type"] == "dataset");
    CHECK(artifacts[0]["versions"] == 2);
    CHECK(artifacts[0]["latest"] == "v1");
    CHECK(place.ok({"list"}).out == "NAME   TYPE     VERSIONS  LATEST\n"
                                    "cells  dataset         2  v1\n");

    const Json log = place.json({"log", "cells"});
    CHECK(log == place.json({"list", "cells"}));
    REQUIRE(log.size() == 2);
    CHECK(log[0]["version"] == "v1");
    CHECK(log[0]["base"] == "cells:v0");
    CHECK(has(log[0]["aliases"], "latest"));
    CHECK(has(log[0]["aliases"], "told"));
    CHECK(log[1]["version"] == "v0");
    CHECK(log[1]["base"].is_null());
    CHECK(keys(log[0]) == std::set<std::string>{"name", "version", "id", "type", "digest",
                                                "aliases", "created", "description", "entries",
                                                "size", "base", "run"});
    const std::string text = place.ok({"log", "cells"}).out;
    CHECK(holds(text, log[0]["digest"].get<std::string>().substr(0, 12)));
    CHECK(text.starts_with("VERSION  CREATED"));

    const Workplace empty;
    CHECK(empty.ok({"list"}).out.empty());
    CHECK(empty.ok({"list"}).err == "no artifacts yet\n");
    CHECK(empty.ok({"list", "--quiet"}).err.empty());
    CHECK(empty.ok({"list", "--json"}).out == "[]\n");
}

TEST_CASE("show describes a version") {
    const Cells place;
    const Json shown = place.json({"show", "cells:told"});
    for (const char* key : {"name", "version", "id", "type", "digest", "aliases", "size", "entries",
                            "values", "created", "description", "metadata", "base", "references"}) {
        CAPTURE(key);
        CHECK(shown.contains(key));
    }
    CHECK(shown["name"] == "cells");
    CHECK(shown["version"] == "v1");
    CHECK(shown["base"] == "cells:v0");
    CHECK(shown["entries"] == 8); // three pictures, their JSON, the classes, the file
    CHECK(shown["values"] == Json{{"classes", 1}, {"image-file", 3}});
    CHECK(shown["size"] == place.json({"log", "cells"})[0]["size"]);
    CHECK(shown["digest"] == place.json({"log", "cells"})[0]["digest"]);
    CHECK(shown["id"].get<std::string>().size() == 32);
    CHECK(place.json({"show", "cells"}) == shown);

    const std::string text = place.ok({"show", "cells"}).out;
    CHECK(text.starts_with("cells:v1\n"));
    for (const std::string& part :
         {std::string("base"), std::string("cells:v0"), shown["digest"].get<std::string>(),
          std::string("image-file")}) {
        CAPTURE(part);
        CHECK(holds(text, part));
    }
}

TEST_CASE("show prints a value in full") {
    const Cells place;
    const Json shown = place.json({"show", "cells", "cell_001"});
    CHECK(shown["_type"] == "image-file");
    CHECK(shown["artifact"] == "cells:v1");
    CHECK(shown["path"] == "cell_001.image-file.json");
    CHECK(shown["value"]["width"] == 48);
    CHECK(shown["value"]["boxes"]["ground_truth"].size() == 2);
    CHECK(shown["class_set"].size() == 3);
    CHECK(shown["sha256"] == sha256_of_file(place.path() / "voc/JPEGImages/cell_001.png").hex());

    const std::string text = place.ok({"show", "cells", "cell_001"}).out;
    for (const char* part : {"cells:v1/cell_001.image-file.json", "48x32", "png", "cell_001",
                             "Platelets", "boxes ground_truth", "difficult=0"}) {
        CAPTURE(part);
        CHECK(holds(text, part));
    }
    const std::string classes = place.json({"ls", "cells", "media/cls"})[0]["path"];
    CHECK(holds(place.ok({"show", "cells", classes}).out, "WBC"));
}

TEST_CASE("ls lists entries, by folder or by a prefix") {
    const Cells place;
    const Json all = place.json({"ls", "cells"});
    CHECK(all.size() == 8);
    for (const auto& entry : all) {
        CHECK(entry["path"].is_string());
        CHECK(entry["digest"].is_string());
        CHECK(entry["sha256"].get<std::string>().size() == 64);
        CHECK(entry["size"].is_number_unsigned());
    }
    CHECK(place.json({"ls", "cells", "media/images"}).size() == 3);
    CHECK(place.json({"ls", "cells", "media/images/"}).size() == 3);
    CHECK(place.json({"ls", "cells", "cell_00"}).size() == 3);
    CHECK(place.json({"ls", "cells", "readme.txt"}).size() == 1);
    CHECK(place.ok({"ls", "cells", "readme"}).out ==
          "       8 B  " + sha256_of("read me\n").hex().substr(0, 12) + "  readme.txt\n");
    place.write("none/x", "");
    fs::remove(place.path() / "none/x");
    place.ok({"add", "empty", "none"});
    CHECK(place.ok({"ls", "empty"}).out.empty());
    CHECK(place.ok({"ls", "empty", "--json"}).out == "[]\n");
}

TEST_CASE("cat writes the bytes of an entry unchanged") {
    const Cells place;
    CHECK(place.ok({"cat", "cells", "readme.txt"}).out == "read me\n");
    const std::string json = place.ok({"cat", "cells", "cell_000"}).out;
    CHECK(json.starts_with("{\"_type\": \"image-file\""));
    const std::string picture = parse_json(json)["path"];
    CHECK(place.ok({"cat", "cells", picture}).out ==
          read_file(place.path() / "voc/JPEGImages/cell_000.png"));
    CHECK(parse_base64(place.json({"cat", "cells", "readme.txt"})["base64"].get<std::string>()) ==
          "read me\n");
}

TEST_CASE("checkout writes the folder that W&B downloads, and show and ls read it") {
    const Cells place;
    const Json report = place.json({"checkout", "cells", "out"});
    CHECK(report["files"] == 8);
    CHECK(report["skipped"].empty());
    CHECK(report["warnings"] == Json::array());
    CHECK(report["notes"] == report["warnings"]); // the older name
    CHECK(report["bytes"] == place.json({"show", "cells"})["size"]);
    CHECK(read_file(place.path() / "out" / "readme.txt") == "read me\n");
    CHECK_FALSE(fs::exists(place.path() / "out" / "wandb_manifest.json"));
    CHECK(place.json({"ls", "./out"}).size() == 8);

    place.ok({"checkout", "cells", "whole", "--self-contained", "--link", "copy"});
    CHECK(fs::exists(place.path() / "whole" / "wandb_manifest.json"));
    const Json shown = place.json({"show", "./whole"});
    CHECK(shown["values"]["image-file"] == 3);
    CHECK(shown["digest"] == place.json({"show", "cells"})["digest"]);
    CHECK(shown["version"].is_null());
    CHECK(holds(place.ok({"show", "./whole", "cell_000"}).out, "48x32"));
    CHECK(holds(place.ok({"verify", "./whole"}).out, "all is well"));

    CHECK(place.json({"checkout", "cells", "out"})["unchanged"] == 8);
    CHECK(holds(place.ok({"checkout", "cells", "out"}).out, ": 8 files unchanged"));

    for (const std::string mode : {"auto", "copy", "hardlink"}) {
        CAPTURE(mode);
        const Json ways = place.json({"checkout", "cells", "by-" + mode, "--link", mode});
        CHECK(ways["hard_links"].get<int>() + ways["reflinks"].get<int>() +
                  ways["copies"].get<int>() ==
              8);
        CHECK(read_file(place.path() / ("by-" + mode) / "readme.txt") == "read me\n");
    }
}

TEST_CASE("checkout skips entries that cannot be written and exits with 3") {
    const Workplace place;
    place.write("a.txt", "one");
    place.write("b.txt", "two");
    place.ok({"add", "clash", "a.txt", "--as", "x//y"});
    place.ok({"add", "clash", "b.txt", "--as", "x/y", "--from", "clash:v0"});
    place.ok({"add", "clash", "b.txt", "--as", "fine", "--from", "clash:v1"});
    place.ok({"add", "clash", "unknown://bucket/far", "--as", "far", "--from", "clash:v2"});
    const CommandResult result = place.run({"checkout", "clash", "out", "--json"});
    CHECK(result.exit_code == 3);
    CHECK(result.json()["skipped"].size() >= 2);
    CHECK(read_file(place.path() / "out" / "fine") == "two");
    const CommandResult text = place.run({"checkout", "clash", "out2"});
    CHECK(text.exit_code == 3);
    CHECK(holds(text.err, "x/y"));
    CHECK(holds(text.err, "far"));
}

TEST_CASE("a plain checkout prints the number of values that need files of other artifacts") {
    const Cells place;
    place.ok({"add", "picks", "cells:v0/cell_000", "cells:v0/cell_001"});
    const CommandResult result = place.ok({"checkout", "picks", "out"});
    CHECK(holds(result.err, "2 values need files of other artifacts"));
    CHECK(place.json({"checkout", "picks", "out"})["values_with_sources"] == 2);
}

TEST_CASE("diff lists what differs, and has an exit code for it with --exit-code") {
    const Cells place;
    CHECK(place.ok({"diff", "cells:v0", "cells"}).out == "+ readme.txt\n"
                                                         "1 added, 0 changed, 0 removed\n");
    place.write("readme.txt", "read it again\n");
    place.ok({"add", "cells", "readme.txt", "--from", "cells:v1"});
    CHECK(place.ok({"diff", "cells:v1", "cells:v2"}).out == "~ readme.txt\n"
                                                            "0 added, 1 changed, 0 removed\n");
    const Json gone = place.json({"diff", "cells", "cells:v0"});
    REQUIRE(gone.size() == 1);
    CHECK(keys(gone[0]) == std::set<std::string>{"path", "change", "before", "after", "values"});
    CHECK(gone[0]["path"] == "readme.txt");
    CHECK(gone[0]["change"] == "removed");
    CHECK(gone[0]["before"] == place.json({"ls", "cells", "readme.txt"})[0]);
    CHECK(gone[0]["after"].is_null());
    CHECK(gone[0]["values"] == Json::array());

    CHECK(place.run({"diff", "cells", "cells:v0", "--exit-code"}).exit_code == 5);
    const CommandResult same = place.ok({"diff", "cells", "cells:latest", "--exit-code"});
    CHECK(same.out.empty());
    CHECK(same.err == "no differences\n");
    CHECK(place.json({"diff", "cells", "cells"}) == Json::array());
    CHECK(place.run({"diff", "cells", "cells:v7"}).exit_code == 1);
    CHECK(place.run({"diff", "cells"}).exit_code == 2);

    // The picture of another value is listed with its JSON, and names the value that it belongs to.
    write_voc_folder(place.path() / "more", 4);
    place.ok({"import", "voc", "more", "cells"});
    const Json more = place.json({"diff", "cells:v0", "cells"});
    const auto picture = std::find_if(more.begin(), more.end(), [](const Json& difference) {
        return difference["path"].get<std::string>().starts_with("media/images/");
    });
    REQUIRE(picture != more.end());
    CHECK((*picture)["values"] == Json{"cell_003.image-file.json"});
    CHECK(holds(place.ok({"diff", "cells:v0", "cells"}).out, "  (of cell_003.image-file.json)\n"));
}

TEST_CASE("aliases are set, moved, shown and removed") {
    const Cells place;
    CHECK(has(place.json({"alias", "cells:v0", "--add", "best", "-a", "old"})["aliases"], "best"));
    CHECK(place.json({"show", "cells:old"})["version"] == "v0");
    place.ok({"alias", "cells:v1", "--add", "best"});
    CHECK(place.json({"show", "cells:best"})["version"] == "v1");
    CHECK_FALSE(has(place.json({"alias", "cells:v0"})["aliases"], "best"));
    CHECK(place.json({"alias", "cells:old", "--remove", "old"})["version"] == "v0");
    CHECK(place.run({"show", "cells:old"}).exit_code == 1);
    CHECK(place.ok({"alias", "cells:v0"}).out == "cells:v0  no aliases\n");
}

TEST_CASE("rm and gc print what they would do, and do it") {
    const Workplace place;
    place.write("a.txt", std::string(5000, 'a'));
    place.write("b.txt", std::string(7000, 'b'));
    place.ok({"add", "notes", "a.txt"});
    place.ok({"add", "notes", "b.txt"});
    place.ok({"add", "other", "b.txt"});

    CHECK(place.ok({"rm", "notes:v0", "--dry-run"}).out == "would remove notes:v0\n");
    CHECK(place.json({"log", "notes"}).size() == 2);
    const Json removed = place.json({"rm", "notes:*"});
    CHECK(removed["versions"].size() == 2);
    CHECK(removed["bytes"].get<int>() >= 5000);
    CHECK(removed["bytes"].get<int>() < 12000);
    CHECK(place.run({"log", "notes"}).exit_code == 1);

    const Json would = place.json({"gc", "--dry-run"});
    CHECK(would["dry_run"] == true);
    CHECK(would["freed_bytes"].get<int>() >= 5000);
    CHECK(place.json({"gc"})["freed_bytes"] == would["freed_bytes"]);
    CHECK(place.json({"gc"})["freed_bytes"] == 0);
    CHECK(place.ok({"gc"}).out == "freed nothing\n");
    CHECK(place.ok({"cat", "other", "b.txt"}).out == std::string(7000, 'b'));
    CHECK(place.json({"stats"})["objects"] == 1);

    // Version numbers are never reused.
    CHECK(place.json({"add", "notes", "a.txt"})["version"] == "v2");
}

TEST_CASE("gc lists what it would delete, and the versions that reference something") {
    const Workplace place;
    for (int i = 0; i < 30; ++i) {
        place.write("all/" + std::to_string(i) + ".txt",
                    std::string(2000, static_cast<char>('a' + i)));
    }
    place.write("some/0.txt", std::string(2000, 'a'));
    place.ok({"add", "notes", "all"});
    place.ok({"add", "notes", "some"});
    place.ok({"rm", "notes:v0"});

    const Json would = place.json({"gc", "--dry-run"});
    CHECK(keys(would) == std::set<std::string>{"dry_run", "files", "freed_files", "freed_bytes",
                                               "waiting_files", "waiting_bytes", "readers",
                                               "packed_objects", "packed_bytes", "damaged"});
    std::uint64_t bytes = 0;
    std::multiset<std::string> kinds;
    std::string pack;
    for (const Json& file : would["files"]) {
        CHECK(keys(file) == std::set<std::string>{"kind", "digest", "bytes", "waits", "moves"});
        CHECK(file["digest"].get<std::string>().size() == 64);
        CHECK(file["waits"] == false);
        CHECK(file["moves"] == (file["kind"] == "pack"));
        bytes += file["bytes"].get<std::uint64_t>();
        kinds.insert(file["kind"]);
        if (file["kind"] == "pack") {
            pack = file["digest"];
        }
    }
    CHECK(kinds == std::multiset<std::string>{"manifest", "pack"});
    CHECK(bytes == would["freed_bytes"]);
    CHECK(would["packed_objects"] == 1);
    CHECK(would["packed_bytes"] == 2000);
    CHECK(holds(place.ok({"gc", "-n"}).out, "its live objects move to a new pack\n"));

    const Json kept = place.json({"gc", "--why", pack});
    CHECK(keys(kept) == std::set<std::string>{"kind", "digest", "bytes", "file", "damaged",
                                              "objects", "referrers", "kept_by", "mark",
                                              "readers"});
    CHECK(kept["kind"] == "pack");
    CHECK(kept["objects"] == 30);
    CHECK(kept["mark"].is_null());
    CHECK(place.json({"gc", "--explain", pack}) == kept); // the older spelling
    CHECK(kept["kept_by"] == kept["referrers"]);
    REQUIRE(kept["referrers"].size() == 1);
    CHECK(kept["referrers"][0]["version"] == "notes:v1");
    CHECK(kept["referrers"][0]["source"].is_null());
    CHECK(kept["referrers"][0]["paths"] == Json::array({"0.txt"}));

    const std::string out = place.ok({"gc"}).out;
    CHECK(holds(out, "in 2 files\n"));
    CHECK(holds(out, "packed 2.0 KiB of 1 object\n"));
    CHECK(place.run({"gc", "--why", pack}).exit_code == 1);
    CHECK(place.ok({"cat", "notes", "0.txt"}).out == std::string(2000, 'a'));
    const Json nothing = place.json({"gc", "--dry-run"});
    CHECK(nothing["files"].empty());
    CHECK(nothing["freed_bytes"] == 0);
}

TEST_CASE("gc reports damaged objects and leaves them where they are") {
    const Workplace place;
    for (int i = 0; i < 30; ++i) {
        place.write("all/" + std::to_string(i) + ".txt",
                    std::string(2000, static_cast<char>('a' + i)));
    }
    for (int i = 0; i < 2; ++i) {
        place.write("some/" + std::to_string(i) + ".txt",
                    std::string(2000, static_cast<char>('a' + i)));
    }
    place.ok({"add", "notes", "all"});
    place.ok({"add", "notes", "some"});
    place.ok({"rm", "notes:v0"});
    const std::string digest = sha256_of(std::string(2000, 'b')).hex();
    const std::string pack = place.json({"gc", "--why", digest})["file"];
    std::string bytes = read_file(place.store() / pack);
    bytes[bytes.find(std::string(2000, 'b')) + 5] = '?';
    place.write(".vitrine/" + pack, bytes);

    const CommandResult result = place.run({"gc"});
    CHECK(result.exit_code == 3);
    CHECK(holds(result.err, "object '" + digest + "' is damaged and stays where it is"));
    CHECK(holds(result.out, "packed 2.0 KiB of 1 object\n"));
    CHECK(holds(place.ok({"gc", "--why", digest}).out, "damaged\n"));
    CHECK(place.run({"verify"}).exit_code == 4);
    CHECK(place.ok({"gc"}).out == "freed nothing\n");
}

TEST_CASE("stats and verify count objects and bytes") {
    const Cells place;
    const Json stats = place.json({"stats"});
    CHECK(keys(stats) == std::set<std::string>{"artifacts", "versions", "objects", "object_bytes",
                                               "manifest_bytes", "logical_bytes", "stored_bytes"});
    CHECK(stats["versions"] == 2);
    CHECK(stats["objects"] == 8);
    const auto size = [&](const std::string& version) {
        return place.json({"show", version})["size"].get<std::uint64_t>();
    };
    CHECK(stats["logical_bytes"] == size("cells:v0") + size("cells:v1"));
    CHECK(stats["object_bytes"] == size("cells:v1"));
    CHECK(holds(place.ok({"stats"}).out, "versions "));

    const Json report = place.json({"verify"});
    CHECK(report["ok"] == true);
    CHECK(report["damages"].empty());
    CHECK(report["objects"].get<int>() >= 8);
    CHECK(place.json({"verify", "cells:v0"})["ok"] == true);
}
