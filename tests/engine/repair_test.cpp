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

const std::string kBestIsGone = "note: alias 'best' of 'x' is gone with version 1\n";

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
     kMissingCatalog + kBestIsGone +
         "lost: x:v1: its record cannot be read: it is the record of 'y:v0'; its "
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
    {"a run is flipped", [](const StoreFolder& folder) { flip_bit(run_file(folder, "y:v0")); },
     "lost: y:v0: its manifest is lost: manifest file 'SHA.manifest': run 'SHA' is damaged or "
     "missing; its record lies in 'lost/records/artifacts/y/0.json' now\n",
     without("y:v0")},
    {"a run that two versions share is missing",
     [](const StoreFolder& folder) {
         for (const Sha256& run : manifest_of(folder, "x:v0").runs) {
             fs::remove(layout_of(folder).objects() / "loose" / run.hex().substr(0, 2) / run.hex());
         }
     },
     "lost: x:v0: its manifest is lost: ",
     {}},
    {"a manifest is missing, and the catalogue gone",
     [](const StoreFolder& folder) {
         fs::remove(manifest_file(folder, "x:v1"));
         remove_catalog(folder);
     },
     kMissingCatalog + kBestIsGone +
         "lost: x:v1: its manifest is lost: there is no manifest of content 'SHA'; "
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
        const std::string name = item.name;
        CAPTURE(name);
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

TEST_CASE("what a version says of itself survives repair, and so do aliases and runs") {
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

TEST_CASE("a record that a commit left when it was cut off becomes a version that is whole") {
    const StoreFolder folder;
    fill(folder);
    // The catalogue of before the commit, and the files of after it.
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

// ---- Bytes from elsewhere

namespace {

RepairReport repair_from(const StoreFolder& folder, const std::vector<fs::path>& from) {
    RepairOptions options;
    options.from = from;
    return Engine::repair(folder.root(), options, {});
}

void copy_store(const StoreFolder& folder, const fs::path& target) {
    fs::copy(folder.root(), target, fs::copy_options::recursive);
}

Contents many_files(const std::string& salt) {
    Contents contents;
    for (int i = 0; i < 40; ++i) {
        contents.emplace("many/" + std::to_string(i), salt + std::to_string(i));
    }
    return contents;
}

fs::path only_pack(const StoreFolder& folder) {
    fs::path found;
    for (const fs::path& path : fs::directory_iterator(layout_of(folder).objects() / "packs")) {
        REQUIRE(found.empty());
        found = path;
    }
    REQUIRE(!found.empty());
    return found;
}

} // namespace

TEST_CASE("repair heals lost bytes from files of other folders, whatever they are called") {
    const StoreFolder folder;
    fill(folder);
    const fs::path copy = folder.outside() / "copy";
    write_text(copy / "deep" / "down" / "name", "alpha");
    write_text(copy / "other", "not wanted");
    flip_bit(loose_file(folder, "alpha"));
    fs::remove(loose_file(folder, "delta"));
    CHECK(!folder.open()->verify({}).ok());

    RepairReport report = repair_from(folder, {copy});
    CHECK(report.healed_objects == 1);
    CHECK(report.healed_bytes == 5);
    CHECK(text_of(report, folder) == "damaged: missing: x:v1/d\n");
    write_text(folder.outside() / "more" / "file", "delta");
    report = repair_from(folder, {copy, folder.outside() / "more"});
    CHECK(report.ok());
    CHECK(report.healed_objects == 1);
    CHECK(folder.open()->verify({}).ok());
    check_goes_on(folder, kAll);
    CHECK(!fs::exists(loose_file(folder, "not wanted")));
    check_throws([&] { repair_from(folder, {folder.outside() / "none"}); }, ErrorCode::NotFound,
                 "none'");
}

TEST_CASE("an old copy of the store heals runs and manifests too, and brings lost versions back") {
    const StoreFolder folder;
    fill(folder);
    const fs::path copy = folder.outside() / "copy";
    copy_store(folder, copy);
    fs::remove(run_file(folder, "y:v0"));
    fs::remove(manifest_file(folder, "x:v1"));
    remove_catalog(folder);
    SUBCASE("at once") {
        const RepairReport report = repair_from(folder, {copy});
        CHECK(text_of(report, folder) == kMissingCatalog);
        CHECK(report.healed_objects == 2);
    }
    SUBCASE("after they were said to be lost") {
        const RepairReport first = Engine::repair(folder.root(), {}, {});
        CHECK(first.versions == 1);
        CHECK(first.losses.size() == 2);
        folder.open()->gc({}); // frees what only they needed
        CHECK(repair_from(folder, {}).losses.empty());
        const RepairReport report = repair_from(folder, {copy});
        CHECK(report.ok());
        CHECK(text_of(report, folder) ==
              "note: x:v1: taken back from 'lost', since its manifests are whole\n"
              "note: y:v0: taken back from 'lost', since its manifests are whole\n");
    }
    check_goes_on(folder, kAll);
    CHECK(folder.open()->verify({}).ok());
}

TEST_CASE("a version that has lost a kept source lives on, and gets it back from a copy") {
    const StoreFolder folder;
    const fs::path copy = folder.outside() / "copy";
    {
        const auto engine = folder.open();
        const auto source =
            commit_files(*engine, "source", {{"s", "source"}, {"t", "more"}, {"u", "other"}});
        const auto draft = engine->new_draft(nullptr);
        const Entry own = put_entry(*draft, "own", "own");
        engine->commit(*draft, request_of("user", {refer(*draft, "r", source, "s"), own}), {});
        engine->remove("source:v0", false);
        engine->gc({});
    }
    copy_store(folder, copy);
    const KeptSource kept = folder.open()->open_version("user")->record().kept.at(0);
    fs::remove_all(layout_of(folder).artifact_folder(kept.content));

    const RepairReport report = Engine::repair(folder.root(), {}, {});
    CHECK(text_of(report, folder) == "lost: kept source source:v0 of user:v0: there is no manifest "
                                     "of content 'SHA'\n");
    {
        const auto engine = folder.open();
        CHECK(engine->open_version("user")->record().kept.empty());
        CHECK(read_all(*engine, *engine->open_version("user")) ==
              Contents{{"own", "own"}, {"r", "source"}});
    }
    SUBCASE("it is taken back") {
        const RepairReport second = repair_from(folder, {copy});
        CHECK(text_of(second, folder) ==
              "note: user:v0: taken back from 'lost', since its manifests are whole\n");
        const auto version = folder.open()->open_version("user");
        REQUIRE(version->record().kept.size() == 1);
        CHECK(version->kept(kept.id)->find("s"));
    }
    SUBCASE("but not after the version was removed") {
        folder.open()->remove("user:v0", false);
        CHECK(repair_from(folder, {copy}).versions == 0);
    }
    check_sound(folder);
}

// ---- Packs

TEST_CASE("objects in packs are found again by the index of each pack") {
    const StoreFolder folder;
    const Contents many = many_files("x");
    commit_files(*folder.open(), "x", many);
    CHECK(repaired(folder).ok());
    {
        const auto engine = folder.open();
        CHECK(read_all(*engine, *engine->open_version("x")) == many);
    }
    check_sound(folder);
}

TEST_CASE("a damaged object in a pack is named, and healed beside the pack") {
    const StoreFolder folder;
    const Contents many = many_files("x");
    commit_files(*folder.open(), "x", many);
    damage_object(folder, "x7");
    const VerifyReport verified = folder.open()->verify({});
    REQUIRE(verified.damages.size() == 1);
    CHECK(verified.damages[0].object == sha256_of("x7").hex());
    CHECK(verified.damages[0].entries == std::vector<std::string>{"x:v0/many/7"});
    const RepairReport report = repaired(folder);
    CHECK(text_of(report, folder) ==
          kMissingCatalog + "damaged: expected SHA, got SHA: x:v0/many/7\n");
    write_text(folder.outside() / "copy" / "7", "x7");
    const RepairReport healed = repair_from(folder, {folder.outside() / "copy"});
    CHECK(healed.ok());
    CHECK(healed.healed_objects == 1);
    {
        const auto engine = folder.open();
        CHECK(engine->verify({}).ok());
        CHECK(read_all(*engine, *engine->open_version("x")) == many);
    }
    check_sound(folder);
}

TEST_CASE("of a pack without an index the old catalogue says what lies where") {
    struct Row {
        const char* name;
        std::function<void(const fs::path&)> damage;
        std::string problem;
    };
    const std::vector<Row> rows = {
        {"cut footer", [](const fs::path& path) { fs::resize_file(path, fs::file_size(path) - 1); },
         "is not used: "},
        {"flipped index", [](const fs::path& path) { flip_bit(path); }, "is not used: "},
        {"another's name",
         [](const fs::path& path) {
             fs::rename(path, path.parent_path() / (sha256_of("other").hex() + ".pack"));
         },
         "its index is that of pack"},
    };
    for (const Row& row : rows) {
        for (const bool with_catalog : {true, false}) {
            CAPTURE(row.name);
            CAPTURE(with_catalog);
            const StoreFolder folder;
            const Contents many = many_files("x");
            commit_files(*folder.open(), "x", many);
            const fs::path copy = folder.outside() / "copy";
            copy_store(folder, copy);
            row.damage(only_pack(folder));
            const VerifyReport verified = folder.open()->verify({});
            CHECK(!verified.ok());
            CHECK(verified.damages[0].versions == std::vector<std::string>{"x:v0"});
            if (!with_catalog) {
                remove_catalog(folder);
            }
            const bool renamed = std::string_view(row.name) == "another's name";
            const RepairReport report = Engine::repair(folder.root(), {}, {});
            const std::string text = text_of(report, folder);
            CAPTURE(text);
            CHECK(text.find(row.problem) != std::string::npos);
            CHECK(report.damages.size() == (with_catalog || renamed ? 0 : many.size()));
            CHECK(repair_from(folder, {copy}).ok());
            {
                const auto engine = folder.open();
                CHECK(engine->verify({}).ok());
                CHECK(read_all(*engine, *engine->open_version("x")) == many);
            }
            check_sound(folder);
        }
    }
}

// ---- What repair does not do

TEST_CASE("repair waits for nobody who has the store open") {
    const StoreFolder folder;
    fill(folder);
    const auto engine = folder.open();
    check_throws([&] { Engine::repair(folder.root(), {}, {}); }, ErrorCode::Locked,
                 "is open elsewhere");
    CHECK(read_all(*engine, *engine->open_version("x:v0")) == kFirst);
}

TEST_CASE("repair does not invent a store, nor repair what a newer vitrine wrote") {
    const StoreFolder folder;
    fill(folder);
    const std::string settings = read_file(layout_of(folder).settings());
    const auto refused = [&](ErrorCode code, const char* message) {
        check_throws([&] { Engine::repair(folder.root(), {}, {}); }, code, message);
    };
    fs::remove(layout_of(folder).settings());
    refused(ErrorCode::NotAStore, "though it has other files of one: put back a copy");
    write_text(layout_of(folder).settings(), "garbage");
    refused(ErrorCode::InvalidFormat, "vitrine.json");
    write_text(layout_of(folder).settings(), R"({"format": 99})");
    refused(ErrorCode::Unsupported, "format 99");
    write_text(layout_of(folder).settings(), settings);
    CHECK(Engine::repair(folder.root(), {}, {}).ok());
    const TemporaryDirectory empty;
    check_throws([&] { Engine::repair(empty.path(), {}, {}); }, ErrorCode::NotAStore,
                 "it has no vitrine.json");
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
