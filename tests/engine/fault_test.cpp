// SPDX-License-Identifier: MIT
// Every step of a commit, a removal, a gc and a creation goes wrong once: the disk is full for a
// moment or for good, the process dies. Afterwards the store is as before or as after, and sound.
#include <vitrine/core/error.hpp>

#include "engine/each_step.hpp"
#include "engine/engine_fixture.hpp"
#include "support/check_throws.hpp"
#include "support/faulty_file_system.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace vitrine::test {

namespace {

const Contents kFirst = {{"a", "kept"}, {"b", "replaced"}};
const Contents kSecond = {{"a", "kept"}, {"b", "new"}, {"c", "more"}};

CommitRequest second_request(DraftStorage& draft) {
    std::vector<Entry> entries;
    for (const auto& [path, bytes] : kSecond) {
        entries.push_back(put_entry(draft, path, bytes));
    }
    CommitRequest request = request_of("x", entries);
    request.aliases = {"best"};
    request.run = RunIdentity{"r1", "/runs/r1"};
    return request;
}

/// Either v0 alone, or v1 too and whole.
void check_half_committed(const StoreFolder& folder) {
    const auto engine = folder.open();
    CHECK(read_all(*engine, *engine->open_version("x:v0")) == kFirst);
    if (engine->log("x").size() > 1) {
        CHECK(engine->log("x").size() == 2);
        CHECK(read_all(*engine, *engine->open_version("x:v1")) == kSecond);
        CHECK(engine->open_version("x:best")->record().number == 1);
        const Lineage lineage = engine->lineage("x:v1");
        REQUIRE(lineage.made_by.size() == 1);
        CHECK(lineage.made_by[0].id == "r1");
        CHECK(engine->info("x:v1").run == "r1");
    }
}

} // namespace

TEST_CASE("a commit whose process dies at any step leaves all or nothing of the version") {
    die_at_each_step([](Engine& engine) { commit_files(engine, "x", kFirst); },
                     [](Engine& engine) {
                         const auto draft = engine.new_draft(nullptr);
                         engine.commit(*draft, second_request(*draft), {});
                     },
                     [](const StoreFolder& folder) {
                         check_half_committed(folder);
                         const auto engine = folder.open();
                         const auto draft = engine->new_draft(nullptr);
                         const auto version = engine->commit(*draft, second_request(*draft), {});
                         CHECK(version->record().number == 1);
                         CHECK(read_all(*engine, *version) == kSecond);
                     });
}

TEST_CASE("a removal whose process dies at any step removes the version or does not") {
    die_at_each_step(
        [](Engine& engine) {
            commit_files(engine, "x", kFirst);
            commit_files(engine, "x", kSecond);
            engine.set_aliases("x:v0", {"old"}, {});
        },
        [](Engine& engine) { engine.remove("x:v0", false); },
        [](const StoreFolder& folder) {
            const auto engine = folder.open();
            CHECK(read_all(*engine, *engine->open_version("x:v1")) == kSecond);
            if (engine->log("x").size() == 2) {
                CHECK(read_all(*engine, *engine->open_version("x:old")) == kFirst);
            }
            engine->gc({});
            CHECK(engine->log("x").size() <= 2);
        });
}

TEST_CASE("a gc whose process dies at any step is finished by the next") {
    die_at_each_step(
        [](Engine& engine) {
            commit_files(engine, "x", kFirst);
            commit_files(engine, "x", kSecond);
            engine.remove("x:v0", false);
        },
        [](Engine& engine) { engine.gc({}); },
        [](const StoreFolder& folder) {
            const auto engine = folder.open();
            CHECK(read_all(*engine, *engine->open_version("x")) == kSecond);
        });
}

TEST_CASE("a creation that is cut off at any step can be done again") {
    for (std::size_t step = 0; step < kMaxSteps; ++step) {
        CAPTURE(step);
        const TemporaryDirectory folder;
        const auto root = folder.path() / "store";
        const StoreSettings settings{"", "0.10", Durability::fast};
        const int status = run_in_child([&] {
            Engine::create(root, settings, with_files(std::make_shared<DyingFileSystem>(step)));
        });
        if (status == 0) {
            CHECK(Engine::open(root, {})->list().empty());
            return;
        }
        REQUIRE(status == DyingFileSystem::kStatus);
        // The last steps come after vitrine.json, which makes it a store.
        if (std::filesystem::exists(root / "vitrine.json")) {
            CHECK(Engine::open(root, {})->list().empty());
        } else {
            check_throws([&] { Engine::open(root, {}); }, ErrorCode::NotAStore, "no store at");
            CHECK(Engine::create(root, settings, {})->list().empty());
        }
    }
    FAIL("it never came to an end");
}

// ---- Errors that the process lives through

namespace {

const char* name_of(Fault fault) {
    switch (fault) {
    case Fault::Once:
        return "once";
    case Fault::Full:
        return "full";
    case Fault::Crash:
        return "crash";
    }
    return "";
}

} // namespace

TEST_CASE("a draft whose commit fails at any step can be committed after that") {
    for (const Fault fault : {Fault::Once, Fault::Full, Fault::Crash}) {
        CAPTURE(name_of(fault));
        for (std::size_t step = 0; step < kMaxSteps; ++step) {
            CAPTURE(step);
            const StoreFolder folder(Durability::safe);
            const auto files = std::make_shared<FaultyFileSystem>();
            const auto engine = folder.open(with_files(files));
            commit_files(*engine, "x", kFirst);
            auto draft = engine->new_draft(nullptr);
            const CommitRequest request = second_request(*draft);
            files->fail_at(step, fault);
            bool failed = false;
            try {
                engine->commit(*draft, request, {});
            } catch (const IoError&) {
                failed = true;
            }
            check_half_committed(folder);
            const bool finished = !files->has_failed();
            files->heal();
            if (failed) {
                CHECK(folder.open()->log("x").size() == 1);
                const auto version = engine->commit(*draft, request, {});
                CHECK(version->record().number == 1);
                CHECK(read_all(*engine, *version) == kSecond);
            }
            draft.reset();
            check_sound(folder);
            if (finished) {
                CHECK(!failed);
                break;
            }
            REQUIRE(step + 1 < kMaxSteps);
        }
    }
}

TEST_CASE("a draft whose filling fails leaves nothing of what failed") {
    for (std::size_t step = 0; step < kMaxSteps; ++step) {
        CAPTURE(step);
        const StoreFolder folder;
        const auto files = std::make_shared<FaultyFileSystem>();
        const auto engine = folder.open(with_files(files));
        const auto draft = engine->new_draft(nullptr);
        files->fail_at(step, Fault::Once);
        try {
            put_entry(*draft, "a", "some bytes");
        } catch (const IoError&) {
            CHECK(files->has_failed());
        }
        const bool finished = !files->has_failed();
        files->heal();
        const Entry entry = put_entry(*draft, "a", "some bytes");
        const auto version = engine->commit(*draft, request_of("x", {entry}), {});
        CHECK(read_all(*engine, *version) == Contents{{"a", "some bytes"}});
        check_sound(folder);
        if (finished) {
            return;
        }
    }
    FAIL("it never came to an end");
}

TEST_CASE("a removal or gc that fails at any step can be done again") {
    struct Operation {
        const char* name;
        std::function<void(Engine&)> run;
    };
    const std::vector<Operation> operations = {
        {"remove", [](Engine& engine) { engine.remove("x:v0", false); }},
        {"gc", [](Engine& engine) { engine.gc({}); }},
        {"alias", [](Engine& engine) { engine.set_aliases("x:v1", {"best"}, {}); }},
    };
    for (const Operation& operation : operations) {
        CAPTURE(operation.name);
        for (std::size_t step = 0; step < kMaxSteps; ++step) {
            CAPTURE(step);
            const StoreFolder folder(Durability::safe);
            const auto files = std::make_shared<FaultyFileSystem>();
            const auto engine = folder.open(with_files(files));
            commit_files(*engine, "x", kFirst);
            commit_files(*engine, "x", kSecond);
            commit_files(*engine, "y", {{"a", "unreached"}});
            engine->remove("y:*", false);
            files->fail_at(step, Fault::Once);
            bool failed = false;
            try {
                operation.run(*engine);
            } catch (const IoError&) {
                failed = true;
            }
            const bool finished = !files->has_failed();
            files->heal();
            CHECK(read_all(*engine, *engine->open_version("x:v1")) == kSecond);
            if (failed) {
                operation.run(*engine);
            }
            check_sound(folder);
            if (finished) {
                CHECK(!failed);
                break;
            }
            REQUIRE(step + 1 < kMaxSteps);
        }
    }
}

} // namespace vitrine::test
