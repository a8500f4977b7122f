// SPDX-License-Identifier: MIT
// Every step of every operation that changes a store fails once: the disk is full for a moment or
// for good, a write is truncated, or the process dies. Afterwards the store is as before or as
// after the operation, and sound.
#include <vitrine/core/error.hpp>

#include "engine/sample_work.hpp"
#include "support/check_throws.hpp"
#include "support/faulty_file_system.hpp"
#include "support/sanitized.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace vitrine::test {

namespace {

constexpr std::size_t kMaxFaultSteps = 2000; ///< more than any operation here has
constexpr std::size_t kStride = 3;

const char* name_of(Fault fault) {
    switch (fault) {
    case Fault::Once:
        return "once";
    case Fault::Full:
        return "full";
    case Fault::Crash:
        return "crash";
    case Fault::Die:
        return "die";
    }
    return "";
}

} // namespace

// ---- The process dies

TEST_CASE("a process that dies at any step of an operation leaves all of its effect or none") {
    const SampleStore store(Durability::fast);
    // Only some of the steps, different ones for each operation: power_cut_test.cpp cuts the power
    // at every step, which covers the death of the process.
    std::size_t first = 0;
    for (const Work& work : all_work()) {
        CAPTURE(work.name);
        const StoreState after = store.after(work);
        int status = kDeadStatus;
        for (std::size_t step = first++ % kStride; status != 0; step += kStepsApart * kStride) {
            CAPTURE(step);
            REQUIRE(step < kMaxFaultSteps);
            const StoreCopy copy(store);
            status = run_in_child([&] {
                const auto files = std::make_shared<FaultyFileSystem>();
                const auto engine = Engine::open(copy.root(), with_files(files));
                files->fail_at(step, Fault::Die);
                work.run(*engine);
            });
            REQUIRE((status == 0 || status == kDeadStatus));
            const StoreState& before = status == 0 ? after : store.before();
            const StoreCopy without_catalog(copy.root());
            check_none(problems_after_crash(copy.root(), before, after));
            check_none(problems_after_repair(without_catalog.root(), before, after));
        }
    }
}

TEST_CASE("a creation that is interrupted at any step can be repeated") {
    for (std::size_t step = 0; step < kMaxFaultSteps; ++step) {
        CAPTURE(step);
        const TemporaryDirectory folder(quick_folder());
        const auto root = folder.path() / "store";
        const StoreSettings settings{"", "0.10", Durability::fast};
        const int status = run_in_child([&] {
            const auto files = std::make_shared<FaultyFileSystem>();
            files->fail_at(step, Fault::Die);
            Engine::create(root, settings, with_files(files));
        });
        if (status == 0) {
            CHECK(Engine::open(root, {})->list().empty());
            return;
        }
        REQUIRE(status == kDeadStatus);
        // The last steps come after vitrine.json, which makes the folder a store.
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

TEST_CASE("an operation that fails at any step can be repeated by the same process") {
    const SampleStore store(Durability::safe);
    for (const Work& work : all_work()) {
        CAPTURE(work.name);
        const StoreState after = store.after(work);
        for (const Fault fault : {Fault::Once, Fault::Full, Fault::Crash}) {
            CAPTURE(name_of(fault));
            bool finished = false;
            // Each step fails once, and some fail from then on.
            const std::size_t stride = kStepsApart * (fault == Fault::Once ? 1 : 2 * kStride);
            for (std::size_t step = 0; !finished; step += stride) {
                CAPTURE(step);
                REQUIRE(step < kMaxFaultSteps);
                const StoreCopy copy(store);
                const auto files = std::make_shared<FaultyFileSystem>();
                auto engine = Engine::open(copy.root(), with_files(files));
                files->fail_at(step, fault);
                bool failed = false;
                try {
                    work.run(*engine);
                } catch (const IoError&) {
                    failed = true;
                }
                finished = !files->has_failed();
                CHECK(!(finished && failed));
                files->stop_failing();
                const StoreState now = state_of(copy.root());
                check_none(failed ? differences(now == after ? after : store.before(), now)
                                  : differences(after, now));
                if (failed && now != after) {
                    work.run(*engine);
                    check_none(differences(after, state_of(copy.root())));
                }
                engine.reset();
                check_none(problems_after_crash(copy.root(), after, after));
            }
        }
    }
}

namespace {

const Contents kBefore = {{"a", "kept"}, {"b", "replaced"}};
const Contents kAfter = {{"a", "kept"}, {"b", "new"}, {"c", "more"}};

/// Enough small objects that they are packed, and a large one.
Contents many() {
    Contents contents = {{"large", std::string(std::size_t{80} << 10U, 'l')}};
    for (int i = 0; i < 40; ++i) {
        contents["f" + std::to_string(i)] = "object " + std::to_string(i);
    }
    return contents;
}

CommitRequest second_request(DraftStaging& draft, const Contents& contents) {
    std::vector<Entry> entries;
    for (const auto& [path, bytes] : contents) {
        entries.push_back(put_entry(draft, path, bytes));
    }
    CommitRequest request = request_of("x", entries);
    request.aliases = {"best"};
    request.run = RunIdentity{"r1", "/runs/r1"};
    return request;
}

/// Checks that there is v0 alone, or also a whole v1.
void check_half_committed(const StoreFolder& folder, const Contents& second) {
    const auto engine = folder.open();
    CHECK(read_all(*engine, *engine->open_version("x:v0")) == kBefore);
    if (engine->log("x").size() > 1) {
        CHECK(engine->log("x").size() == 2);
        CHECK(read_all(*engine, *engine->open_version("x:v1")) == second);
        CHECK(engine->open_version("x:best")->record().number == 1);
        const Lineage lineage = engine->lineage("x:v1");
        REQUIRE(lineage.made_by.size() == 1);
        CHECK(lineage.made_by[0].id == "r1");
        CHECK(engine->info("x:v1").run == "r1");
    }
}

} // namespace

namespace {

/// Returns false if there is no such step.
bool fail_commit(const Contents& second, std::size_t step, Fault fault) {
    const StoreFolder folder(Durability::safe);
    const auto files = std::make_shared<FaultyFileSystem>();
    const auto engine = folder.open(with_files(files));
    commit_files(*engine, "x", kBefore);
    auto draft = engine->new_draft(nullptr);
    const CommitRequest request = second_request(*draft, second);
    files->fail_at(step, fault);
    bool failed = false;
    try {
        engine->commit(*draft, request, {});
    } catch (const IoError&) {
        failed = true;
    }
    check_half_committed(folder, second);
    const bool finished = !files->has_failed();
    CHECK(!(finished && failed));
    files->stop_failing();
    if (failed) {
        CHECK(folder.open()->log("x").size() == 1);
        const auto version = engine->commit(*draft, request, {});
        CHECK(version->record().number == 1);
        CHECK(read_all(*engine, *version) == second);
    }
    draft.reset();
    check_sound(folder);
    return !finished;
}

} // namespace

TEST_CASE("a draft whose commit fails at any step can be committed after that") {
    for (const Contents& second : {kAfter, many()}) {
        CAPTURE(second.size());
        for (const Fault fault : {Fault::Once, Fault::Full, Fault::Crash}) {
            CAPTURE(name_of(fault));
            std::size_t step = 0;
            while (fail_commit(second, step, fault)) {
                CAPTURE(step);
                REQUIRE(++step < kMaxFaultSteps);
            }
        }
    }
}

TEST_CASE("a draft does not keep an entry that it failed to add") {
    for (std::size_t step = 0; step < kMaxFaultSteps; ++step) {
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
        files->stop_failing();
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

} // namespace vitrine::test
