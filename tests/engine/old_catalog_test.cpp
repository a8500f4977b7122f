// SPDX-License-Identifier: MIT
// A catalogue from before some commits is put back: nothing of the store is believed to be left
// over.
#include <vitrine/core/error.hpp>

#include "catalog/sqlite.hpp"
#include "engine/repair_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <string>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

/// Does `work` to the store, and puts the catalogue back that it had before.
void forget(const StoreFolder& folder, const std::function<void(Engine&)>& work) {
    const fs::path copy = folder.outside() / "catalog";
    fs::copy_file(layout_of(folder).catalog(), copy, fs::copy_options::overwrite_existing);
    work(*folder.open());
    remove_catalog(folder);
    fs::copy_file(copy, layout_of(folder).catalog());
}

bool is_named(const VerifyReport& report, const std::string& object) {
    return std::any_of(report.damages.begin(), report.damages.end(),
                       [&](const Damage& damage) { return damage.object == object; });
}

} // namespace

TEST_CASE(
    "an older catalogue frees nothing and writes over nothing, and repair adopts the records") {
    struct Case {
        const char* what;
        std::function<void(Engine&)> work;
        const char* name; ///< a commit of it is refused
        const char* file; ///< verify names it
        std::map<std::string, Contents> added;
    };
    const Contents late = {{"late", "late"}};
    const std::vector<Case> cases = {
        {"a version",
         [&](Engine& engine) { commit_files(engine, "x", late); },
         "x",
         "records/artifacts/x/3.json",
         {{"x:v3", late}}},
        {"a first version",
         [&](Engine& engine) { commit_files(engine, "new", late); },
         "new",
         "records/artifacts/new/0.json",
         {{"new:v0", late}}},
        {"two versions, of which one was removed",
         [&](Engine& engine) {
             commit_files(engine, "x", {{"other", "other"}});
             commit_files(engine, "x", late);
             engine.remove("x:v3", false);
         },
         "x",
         "records/artifacts/x/4.json",
         {{"x:v4", late}}},
        {"a version that was removed",
         [&](Engine& engine) {
             commit_files(engine, "x", late);
             engine.remove("x:v3", false);
         },
         "x",
         "records/artifacts/x/head.json",
         {}},
    };
    for (const Case& item : cases) {
        CAPTURE(item.what);
        const StoreFolder folder;
        fill(folder);
        forget(folder, item.work);
        const auto files = files_of(folder.root());
        {
            const auto engine = folder.open();
            CHECK(is_named(engine->verify({}), item.file));
            check_throws([&] { engine->gc({}); }, ErrorCode::NotAStore, "run 'vitrine repair'");
            check_throws(
                [&] {
                    commit_files(*engine, item.name, {{"c", "c"}});
                },
                ErrorCode::NotAStore, "older than the store");
            CHECK(versions_of(*engine) == kAll);
        }
        CHECK(files_of(folder.root()) == files);
        CHECK(Engine::repair(folder.root(), {}, {}).ok());
        auto expected = kAll;
        expected.insert(item.added.begin(), item.added.end());
        CHECK(versions_of(*folder.open()) == expected);
        check_sound(folder);
    }
}

TEST_CASE("aliases that only the head has stop whoever would write the head again") {
    const StoreFolder folder;
    fill(folder);
    forget(folder, [](Engine& engine) { engine.set_aliases("x:v0", {"first"}, {}); });
    {
        const auto engine = folder.open();
        CHECK(is_named(engine->verify({}), "records/artifacts/x/head.json"));
        const std::vector<std::function<void()>> actions = {
            [&] { engine->gc({}); },
            [&] { engine->set_aliases("x:v0", {"other"}, {}); },
            [&] { engine->remove("x:v0", false); },
            [&] {
                commit_files(*engine, "x", {{"c", "c"}});
            },
        };
        for (const auto& action : actions) {
            check_throws(action, ErrorCode::NotAStore, "head.json");
        }
    }
    CHECK(Engine::repair(folder.root(), {}, {}).ok());
    CHECK(folder.open()->info("x:first").version == 0);
    check_sound(folder);
}

TEST_CASE("a use or a run that only the records have stops gc") {
    const StoreFolder folder;
    fill(folder);
    forget(folder, [](Engine& engine) {
        engine.record_use({"r2", "/r2"}, engine.open_version("x:v0")->record().id);
    });
    const auto engine = folder.open();
    CHECK(is_named(engine->verify({}), "records/runs/r2.json"));
    check_throws([&] { engine->gc({}); }, ErrorCode::NotAStore, "r2.json");
    CHECK(fs::exists(layout_of(folder).run_record("r2")));
}

TEST_CASE("rows that the catalogue has lost stop gc, and repair restores them") {
    const StoreFolder folder;
    fill(folder);
    const std::string alpha = sha256_of("alpha").hex();
    for (const std::string& statement :
         {"DELETE FROM objects WHERE sha256 = x'" + alpha + "'",
          "PRAGMA foreign_keys = ON; DELETE FROM files WHERE name = x'" + alpha + "'",
          "UPDATE files SET mark = 1 WHERE name = x'" + alpha + "'"}) {
        CAPTURE(statement);
        const fs::path catalog = layout_of(folder).catalog();
        {
            sqlite::Connection database(catalog, sqlite::Mode::write);
            database.execute_script(statement);
        }
        try {
            folder.open()->gc({}); // a live file with a mark loses it
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::NotAStore);
        }
        CHECK(fs::exists(loose_file(folder, "alpha")));
        CHECK(Engine::repair(folder.root(), {}, {}).ok());
        CHECK(versions_of(*folder.open()) == kAll);
    }
    check_goes_on(folder, kAll);
}

TEST_CASE("gc goes on without objects that are lost for good") {
    const StoreFolder folder;
    fill(folder);
    fs::remove(loose_file(folder, "alpha"));
    Engine::repair(folder.root(), {}, {});
    const auto engine = folder.open();
    commit_files(*engine, "z", {{"z", "garbage"}});
    engine->remove("z:v0", false);
    CHECK(engine->gc({}).freed_files > 0);
    CHECK_FALSE(fs::exists(loose_file(folder, "garbage")));
}

TEST_CASE("what cannot be read now is not lost") {
    const StoreFolder folder;
    fill(folder);
    const StoreLayout layout = layout_of(folder);
    for (const fs::path& path : {layout.record("x", 1), layout.head("x"), layout.run_record("r1"),
                                 manifest_file(folder, "y:v0"), segment_file(folder, "y:v0")}) {
        CAPTURE(path);
        const auto files = files_of(folder.root());
        const int status = run_in_child([&] {
            constexpr uid_t kNobody = 65534;
            if (::geteuid() == 0) { // who may read everything
                REQUIRE(::chown(folder.outside().c_str(), kNobody, kNobody) == 0);
                for (const auto& item : fs::recursive_directory_iterator(folder.outside())) {
                    REQUIRE(::lchown(item.path().c_str(), kNobody, kNobody) == 0);
                }
                REQUIRE(::seteuid(kNobody) == 0);
            }
            fs::permissions(path, fs::perms::none);
            check_throws([&] { Engine::repair(folder.root(), {}, {}); }, ErrorCode::Io,
                         "changed nothing");
            fs::permissions(path, fs::perms::owner_read);
        });
        CHECK(status == 0);
        CHECK(files_of(folder.root()) == files);
        CHECK(Engine::repair(folder.root(), {}, {}).ok());
        CHECK(versions_of(*folder.open()) == kAll);
    }
}

TEST_CASE(
    "a record without a digest is read as before, and believed beside a catalogue that differs") {
    const StoreFolder folder;
    fill(folder);
    const fs::path path = layout_of(folder).record("x", 1);
    const std::string text = read_file(path);
    const std::string old = text.substr(0, text.find(",\n    \"sha256\"")) + "\n}\n";
    write_text(path, old);
    CHECK(folder.open()->verify({}).ok());
    folder.open()->gc({});
    CHECK(read_file(path) == old);
    CHECK(Engine::repair(folder.root(), {}, {}).ok());

    std::string other = old;
    other.replace(other.find("the second"), 10, "the fecond");
    write_text(path, other);
    CHECK_FALSE(folder.open()->verify({}).ok());
    const RepairReport report = Engine::repair(folder.root(), {}, {});
    CHECK(
        text_of(report, folder).starts_with("lost: x:v1: its record and the old catalogue differ"));
    CHECK(read_file(folder.root() / "lost/records/artifacts/x/1.catalogue.json") == text);
    CHECK(folder.open()->info("x:v1").description == "the fecond");
}

} // namespace vitrine::test
