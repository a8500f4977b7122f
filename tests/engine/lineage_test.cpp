// SPDX-License-Identifier: MIT
// The W&B runs that used and made each version.
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/records/announcements.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/store_layout.hpp"
#include "support/check_throws.hpp"
#include "support/faulty_file_system.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vitrine::test {

namespace {

namespace fs = std::filesystem;

const RunIdentity kRun{"r1", "/runs/r1"};

std::shared_ptr<const OpenVersion> commit_by(Engine& engine, const RunIdentity& run,
                                             const std::string& name, const Contents& contents) {
    const auto draft = engine.new_draft(nullptr);
    std::vector<Entry> entries;
    for (const auto& [path, bytes] : contents) {
        entries.push_back(put_entry(*draft, path, bytes));
    }
    CommitRequest request = request_of(name, entries);
    request.run = run;
    return engine.commit(*draft, request, {});
}

/// "cells:v0", "cells:v1 (removed)"
std::vector<std::string> names_of(const std::vector<RunVersion>& versions) {
    std::vector<std::string> names;
    for (const RunVersion& version : versions) {
        names.push_back(version.name + ":v" + std::to_string(version.version) +
                        (version.removed ? " (removed)" : ""));
    }
    return names;
}

std::vector<std::string> ids_of(const std::vector<RunInfo>& runs) {
    std::vector<std::string> ids;
    for (const RunInfo& run : runs) {
        ids.push_back(run.id);
    }
    return ids;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("lineage has the run that made a version, what it used, and the runs that used it") {
    const StoreFolder folder;
    {
        const auto engine = folder.open();
        const auto cells = commit_files(*engine, "cells", {{"a", "1"}});
        const auto labels = commit_files(*engine, "labels", {{"b", "2"}});
        engine->record_use(kRun, cells->record().id);
        engine->record_use(kRun, labels->record().id);
        engine->record_use(kRun, cells->record().id); // again: changes nothing
        CHECK(commit_by(*engine, kRun, "split", {{"c", "3"}})->record().run == "r1");
        engine->record_use({"r2", ""}, cells->record().id);
    }
    const auto engine = folder.open();
    const Lineage split = engine->lineage("split");
    REQUIRE(split.made_by.size() == 1);
    CHECK(split.used_by.empty());
    CHECK(split.made_by[0].id == "r1");
    CHECK(split.made_by[0].directory == "/runs/r1");
    CHECK(split.made_by[0].created_at.ends_with("Z"));
    CHECK(names_of(split.made_by[0].used) == Names{"cells:v0", "labels:v0"});
    CHECK(names_of(split.made_by[0].made) == Names{"split:v0"});
    CHECK(split.made_by[0].made[0].id == engine->info("split").id);

    const Lineage cells = engine->lineage("cells:v0");
    CHECK(cells.made_by.empty());
    CHECK(ids_of(cells.used_by) == Names{"r1", "r2"});
    CHECK(names_of(cells.used_by[0].made) == Names{"split:v0"});
    CHECK(cells.used_by[1].made.empty());

    CHECK(engine->info("split").run == "r1");
    CHECK_FALSE(engine->info("cells").run);
    CHECK(engine->log("split")[0].run == "r1");
    CHECK_THROWS_AS(engine->lineage("none"), Error);
    check_sound(folder);
}

TEST_CASE("a run that makes the same content again is listed after the run that made it") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_by(*engine, {"z-first", ""}, "x", {{"a", "1"}});
    CHECK(commit_by(*engine, {"a-second", ""}, "x", {{"a", "1"}})->record().number == 0);
    CHECK(engine->info("x").run == "z-first");
    CHECK(ids_of(engine->lineage("x").made_by) == Names{"z-first", "a-second"});
    CHECK(commit_by(*engine, {"a-second", ""}, "x", {{"a", "1"}})->record().number == 0);
    CHECK(names_of(engine->lineage("x").made_by[1].made) == Names{"x:v0"});
    check_sound(folder);
}

TEST_CASE("lineage reports removed versions as removed, also after gc") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const std::string cells = commit_files(*engine, "cells", {{"a", "1"}})->record().id;
    engine->record_use(kRun, cells);
    commit_by(*engine, kRun, "split", {{"b", "2"}});
    commit_by(*engine, kRun, "split", {{"b", "3"}});

    engine->remove("cells:v0", false);
    engine->remove("split:v0", false);
    for (const bool collected : {false, true}) {
        CAPTURE(collected);
        if (collected) {
            engine->gc({});
        }
        const Lineage split = engine->lineage("split:v1");
        REQUIRE(split.made_by.size() == 1);
        CHECK(names_of(split.made_by[0].used) == Names{"cells:v0 (removed)"});
        CHECK(names_of(split.made_by[0].made) == Names{"split:v0 (removed)", "split:v1"});
    }
    // A later version of the name is another one.
    commit_files(*engine, "cells", {{"a", "1"}});
    CHECK(engine->lineage("cells").used_by.empty());
    CHECK(names_of(engine->lineage("split").made_by[0].used) == Names{"cells:v0 (removed)"});
    check_throws([&] { engine->record_use(kRun, cells); }, ErrorCode::NotFound, "has the id");
    check_sound(folder);
}

TEST_CASE("gc writes a run's record again that differs, and removes one without a row") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_by(*engine, kRun, "x", {{"a", "1"}});
    const StoreLayout layout{folder.root()};
    const fs::path record = layout.run_record("r1");
    const std::string text = read_file(record);
    CHECK(parse_run_record(text).made.size() == 1);

    SUBCASE("changed") {
        fs::remove(record);
        write_file_atomically(*real_file_system(), record, "{}", false);
    }
    SUBCASE("lost") {
        fs::remove(record);
    }
    SUBCASE("left by a crash") {
        Announcements(engine->store()).add(layout.run_record("r2"), text);
        for (const char* name : {"r2.json", ".0123456789abcdef0123456789abcdef.tmp"}) {
            write_file_atomically(*real_file_system(), layout.run_records() / name, text, false);
        }
    }
    engine->gc({});
    CHECK(read_file(record) == text);
    const auto files = files_of(folder.root());
    CHECK(std::count_if(files.begin(), files.end(), [](const std::string& file) {
              return file.starts_with("records/runs/");
          }) == 1);
    check_sound(folder);
}

TEST_CASE("ids that cannot name a run are refused before anything is written") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const std::string version = commit_files(*engine, "x", {{"a", "1"}})->record().id;
    const auto files = files_of(folder.root());
    for (const std::string id : {"", ".", "..", ".hidden", "a/b", "a b", "\xff", "a:b"}) {
        CAPTURE(id);
        check_throws(
            [&] {
                engine->record_use({id, ""}, version);
            },
            ErrorCode::InvalidArgument, "not a run's id");
        check_throws(
            [&] {
                commit_by(*engine, {id, ""}, "x", {{"a", "2"}});
            },
            ErrorCode::InvalidArgument, "not a run's id");
    }
    check_throws(
        [&] {
            engine->record_use({std::string(129, 'a'), ""}, version);
        },
        ErrorCode::InvalidArgument, "not a run's id");
    CHECK(engine->log("x").size() == 1);
    CHECK(files_of(folder.root()) == files);
}

TEST_CASE("a use that fails at any step is recorded whole or not at all") {
    for (std::size_t step = 0;; ++step) {
        CAPTURE(step);
        const StoreFolder folder;
        const std::string id = commit_files(*folder.open(), "x", {{"a", "1"}})->record().id;
        const auto files = std::make_shared<FaultyFileSystem>();
        const auto engine = folder.open(with_files(files));
        files->fail_at(step, Fault::Once);
        bool failed = false;
        try {
            engine->record_use(kRun, id);
        } catch (const Error& error) {
            failed = true;
            CHECK(error.code() == ErrorCode::Io);
        }
        files->stop_failing();
        CHECK(engine->lineage("x").used_by.size() == (failed ? 0 : 1));
        check_sound(folder);
        engine->record_use(kRun, id);
        CHECK(ids_of(folder.open()->lineage("x").used_by) == Names{"r1"});
        if (!failed) {
            return;
        }
    }
}

TEST_CASE("the record of a run is parsed as it was rendered") {
    const RunRow row{"r1",
                     "/runs/ä",
                     "2026-03-01T12:00:00Z",
                     {{std::string("\0\xff", 2), "cells", 3}},
                     {{"b", "split", 0}, {"c", "split", 1}}};
    CHECK(parse_run_record(render_run_record(row)) == row);
    CHECK(render_run_record({"r", "", "t", {}, {}}) == R"({
    "format": 1,
    "id": "r",
    "directory": "",
    "created_at": "t",
    "used": [],
    "made": [],
    "sha256": "d66ca5c1b51d8ff846cdff78fddc7cdd156d4ad1b5dbfa23a7a01b732e35ee1c"
}
)");
}

TEST_CASE("hostile records of runs are refused with the JSON pointer of the error") {
    const std::string start = R"({"format": 1, "id": "r", "directory": "", "created_at": "", )";
    const struct {
        std::string text;
        const char* message;
    } cases[] = {
        {"[]", "expected a JSON object"},
        {R"({"format": 2})", "'/format': expected 1, got 2"},
        {R"({"format": 1, "id": "../x"})", "'/id': not a run's id"},
        {R"({"format": 1, "id": "r"})", "'/directory' is missing"},
        {start + R"("used": {}})", "'/used': expected an array"},
        {start + R"("used": [1]})", "'/used': expected an array of objects"},
        {start + R"("used": [{"id": ""}]})", "'/used': expected an id of 1 to 64 bytes, got 0"},
        {start + R"("used": [{"id": "00", "name": 1}]})", "'/name'"},
        {start + R"("used": []})", "'/made' is missing"},
        {start + R"("used": [], "made": [{"id": "00", "name": "x", "number": -1}]})", "'/number'"},
    };
    for (const auto& item : cases) {
        CAPTURE(item.text);
        check_throws([&] { parse_run_record(item.text); }, ErrorCode::InvalidFormat, item.message);
    }
}

} // namespace vitrine::test
