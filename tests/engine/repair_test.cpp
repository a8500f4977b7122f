// SPDX-License-Identifier: MIT
// Each kind of damage, and what repair makes of it and says of it.
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/file_lock.hpp"
#include "engine/store_layout.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

const Contents kFirst = {{"a", "alpha"}, {"b/c", "gamma"}};
const Contents kSecond = {{"a", "alpha"}, {"b/c", "changed"}, {"d", "delta"}};
const Contents kOther = {{"e", "epsilon"}, {"f", "alpha"}};

StoreLayout layout_of(const StoreFolder& folder) {
    return {folder.root()};
}

/// Two versions of x, one of y, a run, aliases; a third version of x is removed, so that the next
/// number is said by the head alone.
void fill(const StoreFolder& folder) {
    const auto engine = folder.open();
    commit_files(*engine, "x", kFirst);
    {
        const auto base = engine->open_version("x:v0");
        const auto draft = engine->new_draft(base);
        std::vector<Entry> entries;
        for (const auto& [path, bytes] : kSecond) {
            entries.push_back(put_entry(*draft, path, bytes));
        }
        CommitRequest request = request_of("x", std::move(entries));
        request.base = base;
        request.aliases = {"best"};
        request.run = RunIdentity{"r1", "/runs/r1"};
        request.metadata = {{"z", 1}, {"a", 2}};
        request.description = "the second";
        engine->commit(*draft, request, {});
    }
    commit_files(*engine, "x", {{"gone", "gone"}});
    engine->remove("x:v2", false);
    commit_files(*engine, "y", kOther);
}

void remove_catalog(const StoreFolder& folder) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
        fs::remove(layout_of(folder).catalog().native() + suffix);
    }
}

void write_text(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

fs::path loose_file(const StoreFolder& folder, std::string_view bytes) {
    const std::string name = sha256_of(bytes).hex();
    return layout_of(folder).objects() / "loose" / name.substr(0, 2) / name;
}

ManifestRow manifest_of(const StoreFolder& folder, const std::string& reference) {
    const auto engine = folder.open();
    const Sha256 content = engine->open_version(reference)->record().content;
    const auto catalog =
        Catalog::open(layout_of(folder).catalog(), engine->settings().store_id, true);
    return *catalog->find_manifest(content);
}

fs::path manifest_file(const StoreFolder& folder, const std::string& reference) {
    const ManifestRow row = manifest_of(folder, reference);
    return layout_of(folder).manifest(row.content, row.file.name);
}

fs::path run_file(const StoreFolder& folder, const std::string& reference) {
    const std::string name = manifest_of(folder, reference).runs.front().hex();
    return layout_of(folder).objects() / "loose" / name.substr(0, 2) / name;
}

/// All that a report says, line by line; digests and the store's folder are left out.
std::string text_of(const RepairReport& report, const StoreFolder& folder) {
    std::string text;
    for (const std::string& note : report.notes) {
        text += "note: " + note + '\n';
    }
    for (const Loss& loss : report.losses) {
        text += "lost: " + loss.what + ": " + loss.problem + '\n';
    }
    for (const Damage& damage : report.damages) {
        text += "damaged: " + damage.problem + ':';
        for (const std::string& entry : damage.entries) {
            text += ' ' + entry;
        }
        text += '\n';
    }
    for (std::size_t at = 0; (at = text.find(folder.root().native(), at)) != std::string::npos;) {
        text.replace(at, folder.root().native().size(), "STORE");
    }
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = text.find_first_not_of("0123456789abcdef", i);
        const std::size_t last = end == std::string::npos ? text.size() : end;
        if (last - i == 64) {
            out += "SHA";
            i = last;
        } else {
            out += text[i++];
        }
    }
    return out;
}

/// Reads a version, but for the entries whose objects are lost.
Contents read_rest(Engine& engine, const OpenVersion& version) {
    Contents contents;
    for (const Entry& entry : version.manifest().entries()) {
        try {
            contents.emplace(entry.path.str(), engine.read_object(*entry.object));
        } catch (const Error&) {
            contents.emplace(entry.path.str(), "LOST");
        }
    }
    return contents;
}

std::map<std::string, Contents> versions_of(Engine& engine) {
    std::map<std::string, Contents> versions;
    for (const ArtifactInfo& artifact : engine.list()) {
        for (const VersionInfo& info : engine.log(artifact.name)) {
            const std::string name = info.name + ":v" + std::to_string(info.version);
            versions.emplace(name, read_rest(engine, *engine.open_version(name)));
        }
    }
    return versions;
}

const std::map<std::string, Contents> kAll = {
    {"x:v0", kFirst}, {"x:v1", kSecond}, {"y:v0", kOther}};

std::map<std::string, Contents> without(const std::string& version) {
    auto versions = kAll;
    versions.erase(version);
    return versions;
}

/// After any repair: gc runs, a commit gets a number that none had, and repair finds nothing new.
void check_goes_on(const StoreFolder& folder, const std::map<std::string, Contents>& expected) {
    {
        const auto engine = folder.open();
        CHECK(versions_of(*engine) == expected);
        engine->gc({});
        CHECK(versions_of(*engine) == expected);
        CHECK(commit_files(*engine, "x", {{"new", "new"}})->record().number == 3);
        CHECK(commit_files(*engine, "y", {{"new", "new"}})->record().number == 1);
        CHECK(read_all(*engine, *engine->open_version("x:v3")) == Contents{{"new", "new"}});
        engine->remove("x:v3", false);
        engine->remove("y:v1", false);
        engine->gc({});
    }
    for (const std::string& file : files_of(folder.root())) {
        CHECK_MESSAGE(!file.starts_with("staging/"), file);
        CHECK_MESSAGE(!file.starts_with("leases/"), file);
    }
    const RepairReport again = Engine::repair(folder.root(), {}, {});
    CHECK(again.losses.empty());
    CHECK(versions_of(*folder.open()) == expected);
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
const std::string kMissingCatalog = "note: not used: catalogue 'STORE/catalog.sqlite' is missing\n";

const std::vector<Case> kCases = {
    {"nothing at all", [](const StoreFolder&) {}, ""},
    {"the catalogue is deleted", remove_catalog, kMissingCatalog},
    {"the catalogue is cut",
     [](const StoreFolder& folder) { fs::resize_file(layout_of(folder).catalog(), 5000); },
     "note: not used: "},
    {"the catalogue is garbage",
     [](const StoreFolder& folder) {
         write_text(layout_of(folder).catalog(), std::string(10000, 'x'));
     },
     "note: not used: catalogue 'STORE/catalog.sqlite' is not a database\n"
     "note: the old catalogue lies in 'lost/catalog.sqlite' now\n"},
    {"the catalogue is another store's",
     [](const StoreFolder& folder) {
         const StoreFolder other;
         commit_files(*other.open(), "z", {{"z", "z"}});
         fs::copy_file(layout_of(other).catalog(), layout_of(folder).catalog(),
                       fs::copy_options::overwrite_existing);
     },
     "note: not used: catalogue 'STORE/catalog.sqlite' belongs to another store: "},
    {"a -wal is left of a catalogue that is gone",
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
     "note: the head of 'x' was missing; written anew, next number 3\n"},
    {"a head is garbage",
     [](const StoreFolder& folder) { write_text(layout_of(folder).head("x"), "{\"a\": 1"); },
     "note: the head of 'x' was unreadable: "},
    {"a record is deleted",
     [](const StoreFolder& folder) { fs::remove(layout_of(folder).record("x", 1)); },
     "note: x:v1: its record was missing; written anew from the old catalogue\n"},
    {"a record is garbage",
     [](const StoreFolder& folder) { write_text(layout_of(folder).record("x", 1), "garbage"); },
     "note: x:v1: its record was unreadable: "},
    {"a record is garbage, and the catalogue gone",
     [](const StoreFolder& folder) {
         write_text(layout_of(folder).record("x", 0), "garbage");
         remove_catalog(folder);
     },
     kMissingCatalog + "lost: x:v0: its record cannot be read: ", without("x:v0")},
    {"a record of another name, and the catalogue gone",
     [](const StoreFolder& folder) {
         fs::copy_file(layout_of(folder).record("y", 0), layout_of(folder).record("x", 1),
                       fs::copy_options::overwrite_existing);
         remove_catalog(folder);
     },
     kMissingCatalog + "lost: x:v1: its record cannot be read: it is the record of 'y:v0'; its "
                       "record lies in 'lost/records/artifacts/x/1.json' now\n",
     without("x:v1")},
    {"an object is flipped",
     [](const StoreFolder& folder) { flip_bit(loose_file(folder, "alpha")); },
     "damaged: expected SHA, got SHA:" + kAlphaEntries, losing_alpha()},
    {"an object is missing",
     [](const StoreFolder& folder) { fs::remove(loose_file(folder, "alpha")); },
     "damaged: missing:" + kAlphaEntries, losing_alpha()},
    {"an object is cut, and the catalogue gone",
     [](const StoreFolder& folder) {
         fs::resize_file(loose_file(folder, "alpha"), 2);
         remove_catalog(folder);
     },
     kMissingCatalog + "damaged: expected SHA, got SHA:" + kAlphaEntries, losing_alpha()},
    {"a run is flipped",
     [](const StoreFolder& folder) { flip_bit(run_file(folder, "y:v0")); },
     "lost: y:v0: its manifest is lost: manifest file 'SHA.manifest': run 'SHA' is damaged or "
     "missing; its record lies in 'lost/records/artifacts/y/0.json' now\n",
     without("y:v0")},
    {"a run that two versions share is missing",
     [](const StoreFolder& folder) {
         for (const Sha256& run : manifest_of(folder, "x:v0").runs) {
             fs::remove(layout_of(folder).objects() / "loose" / run.hex().substr(0, 2) /
                        run.hex());
         }
     },
     "lost: x:v0: its manifest is lost: ", {}},
    {"a manifest is missing, and the catalogue gone",
     [](const StoreFolder& folder) {
         fs::remove(manifest_file(folder, "x:v1"));
         remove_catalog(folder);
     },
     kMissingCatalog + "lost: x:v1: its manifest is lost: there is no manifest of content 'SHA'; "
                       "its record lies in 'lost/records/artifacts/x/1.json' now\n",
     without("x:v1")},
    {"a manifest is garbage",
     [](const StoreFolder& folder) { write_text(manifest_file(folder, "y:v0"), "garbage"); },
     "lost: y:v0: its manifest is lost: manifest file 'SHA.manifest': expected SHA, got SHA; its "
     "record lies in 'lost/records/artifacts/y/0.json' now\n",
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
    {"leftovers of dead processes",
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
    {"the record of a run is garbage, and the catalogue gone",
     [](const StoreFolder& folder) {
         write_text(layout_of(folder).run_record("r1"), "[]");
         remove_catalog(folder);
     },
     kMissingCatalog + "lost: run r1: its record was unreadable: "},
    {"the record of a run is deleted",
     [](const StoreFolder& folder) { fs::remove(layout_of(folder).run_record("r1")); },
     "note: run r1: its record was missing; written anew from the old catalogue\n"},
};

} // namespace

TEST_CASE("repair keeps what is right of a damaged store, and says what is lost") {
    for (const Case& item : kCases) {
        CAPTURE(item.name);
        const StoreFolder folder;
        fill(folder);
        item.damage(folder);
        const RepairReport report = Engine::repair(folder.root(), {}, {});
        const std::string text = text_of(report, folder);
        CAPTURE(text);
        const bool whole_text = item.report.empty() || item.report.ends_with('\n');
        CHECK(whole_text ? text == item.report : text.starts_with(item.report));
        CHECK(report.ok() == (text.find("lost: ") == std::string::npos &&
                              text.find("damaged: ") == std::string::npos));
        if (!item.versions.empty()) {
            CHECK(report.versions == item.versions.size());
            check_goes_on(folder, item.versions);
        }
    }
}

} // namespace vitrine::test
