// SPDX-License-Identifier: MIT
// Each kind of damage, what repair does about it, and what it reports.
#include <vitrine/core/error.hpp>

#include "engine/repair_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

std::map<std::string, Contents> without(const std::string& version) {
    auto versions = kAll;
    versions.erase(version);
    return versions;
}

struct Case {
    const char* name;
    std::function<void(const StoreFolder&)> damage;
    std::string report;
    std::map<std::string, Contents> versions = kAll;
};

std::map<std::string, Contents> losing_alpha() {
    auto versions = kAll;
    versions["x:v0"]["a"] = "LOST";
    versions["x:v1"]["a"] = "LOST";
    versions["y:v0"]["f"] = "LOST";
    return versions;
}

const std::string kAlphaEntries = " x:v0/a x:v1/a y:v0/f\n";
const std::string kBestIsGone = "note: alias 'best' of 'x' is lost with version 1\n";

const std::vector<Case> kCases = {
    {"nothing at all", [](const StoreFolder&) {}, ""},
    {"the catalogue is deleted", remove_catalog, kMissingCatalog},
    {"the catalogue is truncated",
     [](const StoreFolder& folder) { fs::resize_file(layout_of(folder).catalog(), 5000); },
     "note: not used: "},
    {"the catalogue is garbage",
     [](const StoreFolder& folder) {
         write_text(layout_of(folder).catalog(), std::string(10000, 'x'));
     },
     "note: not used: catalogue 'STORE/catalog.sqlite' is not a database\n"
     "note: the old catalogue is now in 'lost/catalog.sqlite'\n"},
    {"the catalogue is another store's",
     [](const StoreFolder& folder) {
         const StoreFolder other;
         commit_files(*other.open(), "z", {{"z", "z"}});
         fs::copy_file(layout_of(other).catalog(), layout_of(folder).catalog(),
                       fs::copy_options::overwrite_existing);
     },
     "note: not used: catalogue 'STORE/catalog.sqlite' belongs to another store: "},
    {"a deleted catalogue left its -wal file",
     [](const StoreFolder& folder) {
         const StoreFolder other;
         const auto engine = other.open();
         commit_files(*engine, "z", {{"z", "z"}});
         fs::copy_file(layout_of(other).catalog().native() + "-wal",
                       layout_of(folder).catalog().native() + "-wal");
         fs::remove(layout_of(folder).catalog());
     },
     kMissingCatalog},
    {"a head is deleted",
     [](const StoreFolder& folder) { fs::remove(layout_of(folder).head("x")); },
     "note: the head of 'x' was missing; written again, next number 3\n"},
    {"a head is garbage",
     [](const StoreFolder& folder) { write_text(layout_of(folder).head("x"), "{\"a\": 1"); },
     "note: the head of 'x' was unreadable: "},
    {"a record is deleted",
     [](const StoreFolder& folder) { fs::remove(layout_of(folder).record("x", 1)); },
     "note: x:v1: its record was missing; written again from the old catalogue\n"},
    {"a record is garbage",
     [](const StoreFolder& folder) { write_text(layout_of(folder).record("x", 1), "garbage"); },
     "note: x:v1: its record was unreadable: "},
    {"a record is garbage, and the catalogue is deleted",
     [](const StoreFolder& folder) {
         write_text(layout_of(folder).record("x", 0), "garbage");
         remove_catalog(folder);
     },
     kMissingCatalog + "lost: x:v0: its record cannot be read: ", without("x:v0")},
    {"a record of another name, and the catalogue is deleted",
     [](const StoreFolder& folder) {
         fs::copy_file(layout_of(folder).record("y", 0), layout_of(folder).record("x", 1),
                       fs::copy_options::overwrite_existing);
         remove_catalog(folder);
     },
     kMissingCatalog + kBestIsGone +
         "lost: x:v1: its record cannot be read: it is the record of 'y:v0'; its "
         "record is now in 'lost/records/artifacts/x/1.json'\n",
     without("x:v1")},
    {"an object has a flipped bit",
     [](const StoreFolder& folder) { flip_bit(loose_file(folder, "alpha")); },
     "damaged: expected SHA, got SHA:" + kAlphaEntries, losing_alpha()},
    {"an object is missing",
     [](const StoreFolder& folder) { fs::remove(loose_file(folder, "alpha")); },
     "damaged: missing:" + kAlphaEntries, losing_alpha()},
    {"an object is truncated, and the catalogue is deleted",
     [](const StoreFolder& folder) {
         fs::resize_file(loose_file(folder, "alpha"), 2);
         remove_catalog(folder);
     },
     kMissingCatalog + "damaged: expected SHA, got SHA:" + kAlphaEntries, losing_alpha()},
    {"a segment has a flipped bit",
     [](const StoreFolder& folder) { flip_bit(segment_file(folder, "y:v0")); },
     "lost: y:v0: its manifest is lost: manifest file 'SHA.manifest': segment 'SHA' is damaged or "
     "missing; its record is now in 'lost/records/artifacts/y/0.json'\n",
     without("y:v0")},
    {"a segment that two versions share is missing",
     [](const StoreFolder& folder) {
         for (const Sha256& segment : manifest_of(folder, "x:v0").segments) {
             fs::remove(layout_of(folder).objects() / "loose" / segment.hex().substr(0, 2) /
                        segment.hex());
         }
     },
     "lost: x:v0: its manifest is lost: ",
     {}},
    {"a manifest is missing, and the catalogue is deleted",
     [](const StoreFolder& folder) {
         fs::remove(manifest_file(folder, "x:v1"));
         remove_catalog(folder);
     },
     kMissingCatalog + kBestIsGone +
         "lost: x:v1: its manifest is lost: there is no manifest of content 'SHA'; "
         "its record is now in 'lost/records/artifacts/x/1.json'\n",
     without("x:v1")},
    {"a manifest is garbage",
     [](const StoreFolder& folder) { write_text(manifest_file(folder, "y:v0"), "garbage"); },
     "note: manifest file SHA was damaged or missing; written again from its segments\n"},
    {"a manifest is missing",
     [](const StoreFolder& folder) { fs::remove(manifest_file(folder, "x:v1")); },
     "note: manifest file SHA was damaged or missing; written again from its segments\n"},
    {"a manifest has a flipped bit, and the catalogue is deleted",
     [](const StoreFolder& folder) {
         const fs::path path = manifest_file(folder, "y:v0");
         std::string text = read_text(path);
         text.replace(text.find("entries"), 7, "entrief");
         write_text(path, text);
         remove_catalog(folder);
     },
     kMissingCatalog +
         "note: manifest file SHA was damaged or missing; written again from its segments\n"},
    {"a manifest is garbage, and the catalogue is deleted",
     [](const StoreFolder& folder) {
         write_text(manifest_file(folder, "y:v0"), "garbage");
         remove_catalog(folder);
     },
     kMissingCatalog + "lost: y:v0: its manifest is lost: manifest file 'SHA.manifest': expected "
                       "SHA, got SHA; its "
                       "record is now in 'lost/records/artifacts/y/0.json'\n",
     without("y:v0")},
    {"a second manifest of the same content is damaged",
     [](const StoreFolder& folder) {
         const fs::path good = manifest_file(folder, "x:v1");
         write_text(good.parent_path() / (sha256_of("no").hex() + ".manifest"), "no");
         fs::copy_file(manifest_file(folder, "y:v0"),
                       good.parent_path() / manifest_file(folder, "y:v0").filename());
         remove_catalog(folder);
     },
     kMissingCatalog},
    {"files of dead processes",
     [](const StoreFolder& folder) {
         write_text(layout_of(folder).staging() / std::string(32, 'a') / "b" / "c", "staged");
         write_text(layout_of(folder).leases() / std::string(32, 'a'), "1");
         write_text(folder.root() / ("." + std::string(32, 'b') + ".tmp"), "half");
         write_text(layout_of(folder).record_folder("x") / ("." + std::string(32, 'c') + ".tmp"),
                    "half");
         write_text(layout_of(folder).new_catalog(), "half");
     },
     ""},
    {"folders and lock files are deleted",
     [](const StoreFolder& folder) {
         fs::remove_all(layout_of(folder).staging());
         fs::remove_all(layout_of(folder).leases());
         fs::remove(layout_of(folder).write_lock());
         fs::remove(layout_of(folder).gc_lock());
     },
     ""},
    {"the record of a run is garbage",
     [](const StoreFolder& folder) { write_text(layout_of(folder).run_record("r1"), "[]"); },
     "note: run r1: its record was unreadable: "},
    {"the record of a run is garbage, and the catalogue is deleted",
     [](const StoreFolder& folder) {
         write_text(layout_of(folder).run_record("r1"), "[]");
         remove_catalog(folder);
     },
     kMissingCatalog + "lost: run r1: its record was unreadable: "},
    {"the record of a run is deleted",
     [](const StoreFolder& folder) { fs::remove(layout_of(folder).run_record("r1")); },
     "note: run r1: its record was missing; written again from the old catalogue\n"},
};

} // namespace

TEST_CASE("repair keeps the undamaged parts of a store, and reports what is lost") {
    for (const Case& item : kCases) {
        const std::string name = item.name;
        CAPTURE(name);
        const StoreFolder folder;
        fill(folder);
        item.damage(folder);
        const RepairReport report = Engine::repair(folder.root(), {}, {});
        const std::string text = text_of(report, folder);
        CAPTURE(text);
        const bool whole_text = item.report.empty() || item.report.ends_with('\n');
        const bool matches = whole_text ? text == item.report : text.starts_with(item.report);
        CHECK(matches);
        const std::string lines = '\n' + text;
        CHECK(report.ok() == (lines.find("\nlost: ") == std::string::npos &&
                              lines.find("\ndamaged: ") == std::string::npos));
        if (!item.versions.empty()) {
            CHECK(report.versions == item.versions.size());
            check_goes_on(folder, item.versions);
        }
    }
}

TEST_CASE("the data of a version survives repair, and so do aliases and runs") {
    const StoreFolder folder;
    fill(folder);
    struct Facts {
        VersionInfo info;
        Json metadata;
        Lineage lineage;
    };
    const auto facts = [&] {
        const auto engine = folder.open();
        return Facts{engine->info("x:best"), engine->open_version("x:best")->record().metadata,
                     engine->lineage("x:best")};
    };
    const Facts before = facts();
    CHECK(repaired(folder).ok());
    const Facts after = facts();
    CHECK(after.info.version == 1);
    CHECK(after.info.id == before.info.id);
    CHECK(after.info.digest == before.info.digest);
    CHECK(after.info.created_at == before.info.created_at);
    CHECK(after.info.description == "the second");
    CHECK(after.info.aliases == before.info.aliases);
    CHECK(after.info.entries == before.info.entries);
    CHECK(after.info.size == before.info.size);
    CHECK(after.info.base == 0);
    CHECK(after.info.run == "r1");
    CHECK(render_json(after.metadata) == render_json(before.metadata));
    REQUIRE(after.lineage.made_by.size() == 1);
    CHECK(after.lineage.made_by[0].directory == "/runs/r1");
}

TEST_CASE("the record of an interrupted commit becomes a whole version") {
    const StoreFolder folder;
    fill(folder);
    // The catalogue is from before the commit, the files are from after it.
    const StoreLayout layout = layout_of(folder);
    for (const bool with_catalog : {true, false}) {
        CAPTURE(with_catalog);
        const fs::path copy = folder.outside() / "catalog";
        fs::copy_file(layout.catalog(), copy, fs::copy_options::overwrite_existing);
        const Contents late = {{"late", with_catalog ? "1" : "2"}};
        const std::uint64_t number = commit_files(*folder.open(), "x", late)->record().number;
        remove_catalog(folder);
        if (with_catalog) {
            fs::copy_file(copy, layout.catalog());
        }
        const RepairReport report = Engine::repair(folder.root(), {}, {});
        CHECK(report.ok());
        const auto engine = folder.open();
        CHECK(read_all(*engine, *engine->open_version("x:latest")) == late);
        CHECK(engine->info("x:latest").version == number);
        CHECK(engine->log("x").size() == (with_catalog ? 3 : 4));
    }
    check_sound(folder);
}

TEST_CASE("a first commit that was interrupted before its head has no aliases to lose") {
    const StoreFolder folder;
    fill(folder);
    const StoreLayout layout = layout_of(folder);
    const fs::path copy = folder.outside() / "catalog";
    fs::copy_file(layout.catalog(), copy);
    commit_files(*folder.open(), "new", {{"a", "1"}});
    remove_catalog(folder);
    fs::remove(layout.head("new"));
    SUBCASE("the catalogue does not have the name") {
        fs::copy_file(copy, layout.catalog());
        const RepairReport report = Engine::repair(folder.root(), {}, {});
        CHECK(text_of(report, folder) ==
              "note: the head of 'new' was missing; written again, next number 1\n");
        CHECK(report.ok());
        CHECK(read_all(*folder.open(), *folder.open()->open_version("new")) ==
              Contents{{"a", "1"}});
    }
    SUBCASE("without a catalogue it is unknown whether it had any") {
        const RepairReport report = Engine::repair(folder.root(), {}, {});
        CHECK(text_of(report, folder).find("lost: aliases of new: the head was missing\n") !=
              std::string::npos);
        CHECK_FALSE(report.ok());
    }
}

TEST_CASE("the epoch after repair is greater than the old one, and old leases are gone") {
    const StoreFolder folder;
    fill(folder);
    const auto epoch = [&] {
        const auto settings = folder.open()->settings();
        return Catalog::open(layout_of(folder).catalog(), settings.store_id, true)->epoch();
    };
    for (int i = 0; i < 5; ++i) {
        folder.open()->gc({});
    }
    const std::uint64_t before = epoch();
    write_text(layout_of(folder).leases() / std::string(32, 'd'), "1");
    Engine::repair(folder.root(), {}, {});
    CHECK(epoch() > before);
    CHECK(!fs::exists(layout_of(folder).leases() / std::string(32, 'd')));
}

// ---- What repair does not do

TEST_CASE("repair refuses a store that is open elsewhere") {
    const StoreFolder folder;
    fill(folder);
    const auto engine = folder.open();
    check_throws([&] { Engine::repair(folder.root(), {}, {}); }, ErrorCode::Locked,
                 "is open elsewhere");
    CHECK(read_all(*engine, *engine->open_version("x:v0")) == kFirst);
}

TEST_CASE("repair refuses a folder that is not a store, and a store of a newer vitrine") {
    const StoreFolder folder;
    fill(folder);
    const std::string settings = read_file(layout_of(folder).settings());
    const auto refused = [&](ErrorCode code, const char* message) {
        check_throws([&] { Engine::repair(folder.root(), {}, {}); }, code, message);
    };
    fs::remove(layout_of(folder).settings());
    refused(ErrorCode::NotAStore, "but it has other files of a store: restore a copy");
    write_text(layout_of(folder).settings(), R"({"format": 99})");
    refused(ErrorCode::Unsupported, "format 99");
    write_text(layout_of(folder).settings(), settings);
    CHECK(Engine::repair(folder.root(), {}, {}).ok());
    const TemporaryDirectory empty;
    check_throws([&] { Engine::repair(empty.path(), {}, {}); }, ErrorCode::NotAStore,
                 "it has no vitrine.json");
}

TEST_CASE("vitrine.json is written again if it is damaged") {
    const StoreFolder folder;
    fill(folder);
    const fs::path path = layout_of(folder).settings();
    const std::string settings = read_file(path);
    std::string other_id = settings;
    char& digit = other_id[other_id.find("\"store\": \"") + 10];
    digit = digit == '0' ? '1' : '0';
    std::string no_format = settings;
    no_format[no_format.find("format")] = '~';
    std::string newer_by_a_bit = settings;
    newer_by_a_bit.replace(newer_by_a_bit.find("\"format\": 1"), 11, "\"format\": 3");
    for (const std::string& text :
         {std::string("garbage"), std::string(), other_id, no_format, newer_by_a_bit}) {
        CAPTURE(text);
        write_text(path, text);
        check_throws([&] { folder.open(); },
                     text == other_id || text == newer_by_a_bit ? ErrorCode::NotAStore
                                                                : ErrorCode::InvalidFormat,
                     "run 'vitrine repair'");
        const RepairReport report = Engine::repair(folder.root(), {}, {});
        CHECK(report.ok());
        CHECK(text_of(report, folder).starts_with("note: vitrine.json was damaged: "));
        const auto engine = folder.open();
        CHECK(engine->settings().store_id == parse_settings(settings).store_id);
        CHECK(engine->settings().dialect == "0.10");
        CHECK(versions_of(*engine) == kAll);
        if (text.find("fast") != std::string::npos) {
            CHECK(read_file(path) == settings);
        }
    }
}

TEST_CASE("a repair that is stopped leaves the store as it was") {
    const StoreFolder folder;
    fill(folder);
    std::uint64_t calls = 0;
    RepairOptions options;
    options.progress.observer = [&](const Progress&) { ++calls; };
    Engine::repair(folder.root(), options, {});
    CHECK(calls > 2);
    for (std::uint64_t at = 1; at <= calls; ++at) {
        CAPTURE(at);
        std::stop_source stop;
        std::uint64_t call = 0;
        options.progress.stop = stop.get_token();
        options.progress.observer = [&](const Progress&) {
            if (++call == at) {
                stop.request_stop();
            }
        };
        try {
            Engine::repair(folder.root(), options, {});
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::Cancelled);
        }
        CHECK(versions_of(*folder.open()) == kAll);
    }
    check_goes_on(folder, kAll);
}

} // namespace vitrine::test
