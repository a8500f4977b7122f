// SPDX-License-Identifier: MIT
// The power is cut at every step of every operation that changes a store. Bytes that were not
// flushed by then are kept, lost or truncated, in several ways; those of the catalogue too.
// Afterwards the store is sound, and as before or as after the operation; if the operation had
// returned, as after it.
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/sample_work.hpp"
#include "support/faulty_file_system.hpp"
#include "support/power_cut_file_system.hpp"
#include "support/recorded_vfs.hpp"
#include "support/simulated_disk.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

/// What an operation did to the disk: the log from this step.
struct Recording {
    std::string name;
    std::vector<DiskStep> steps;
    std::size_t begin = 0;    ///< the first step of the work
    std::size_t returned = 0; ///< the first after it
    StoreState before;
    StoreState after;
};

Recording record(const SampleStore& store, const Work& work) {
    const StoreCopy copy(store);
    const auto log = std::make_shared<DiskLog>(copy.outside());
    Recording recording{work.name, {}, 0, 0, store.before(), {}};
    {
        const RecordedVfs database(log);
        const auto engine =
            Engine::open(copy.root(), with_files(std::make_shared<PowerCutFileSystem>(log)));
        recording.begin = log->size();
        work.run(*engine);
        recording.returned = log->size();
    }
    recording.steps = log->steps();
    recording.after = state_of(copy.root());
    return recording;
}

// ---- Where and how the power is cut

/// What a disk may do with bytes that it has not flushed: lose them all, and other things in turn.
std::vector<Survival> ways(std::size_t step) {
    const std::vector<Survival> others = {{"half of it survives", 0.5, 0.5, step},
                                          {"names survive, and no contents", 1, 0, 0},
                                          {"most of it survives", 0.9, 0.8, step},
                                          {"all survives", 1, 1, 0}};
    return {{"nothing survives", 0, 0, 0},
            {"contents survive, and no names", 0, 1, 0},
            others[step % others.size()]};
}

/// Steps between two writes of the database are left out: SQLite makes these take effect together.
bool is_worth_a_cut(const std::vector<DiskStep>& steps, std::size_t next) {
    const auto is_page = [](const DiskStep& step) {
        return step.of_database && step.kind == DiskStep::Kind::Write;
    };
    return next == 0 || next >= steps.size() || !is_page(steps[next - 1]) || !is_page(steps[next]);
}

/// The first problem that was found, or nothing.
using Check = std::function<Problems(const fs::path& outside, bool returned)>;

/// Where the power is cut, and what the store must have afterwards.
struct Cuts {
    std::size_t first;    ///< before this step, and each up to the end
    std::size_t returned; ///< from this step on the work has returned
    std::size_t ways = 3;
};

/// Checks each different disk after the cut, until the first with a problem.
Problems cut_power(const std::vector<DiskStep>& steps, const Cuts& cuts, const Check& check) {
    SimulatedDisk disk;
    std::set<std::pair<Sha256, bool>> seen;
    for (std::size_t step = 0; step <= steps.size(); ++step) {
        for (std::size_t way = 0; step >= cuts.first && way < cuts.ways; ++way) {
            const Survival survival = ways(step)[way];
            const bool returned = step >= cuts.returned;
            const DiskContents contents =
                is_worth_a_cut(steps, step) ? disk.after_cut(survival) : DiskContents();
            if (contents.empty() || !seen.emplace(digest_of(contents), returned).second) {
                continue;
            }
            const TemporaryDirectory folder(quick_folder());
            write_contents(contents, folder.path());
            Problems problems = check(folder.path(), returned);
            if (!problems.empty()) {
                problems.insert(problems.begin(),
                                concat("power cut before step ", step, " of ", cuts.first, " to ",
                                       steps.size(), ", ", survival.name));
                return problems;
            }
        }
        if (step < steps.size()) {
            disk.apply(steps[step]);
        }
    }
    return {};
}

Problems cut_power(const Recording& recording) {
    return cut_power(recording.steps, {recording.begin, recording.returned},
                     [&](const fs::path& outside, bool returned) {
                         return problems_after_crash(outside / "store",
                                                     returned ? recording.after : recording.before,
                                                     recording.after);
                     });
}

/// A disk that ignores some calls.
Recording without(Recording recording, const std::function<bool(const DiskStep&)>& left_out) {
    std::vector<DiskStep> steps;
    const std::size_t begin = recording.begin;
    for (std::size_t i = 0; i < recording.steps.size(); ++i) {
        if (i == begin) {
            recording.begin = steps.size();
        }
        if (i == recording.returned) {
            recording.returned = steps.size();
            break;
        }
        if (i < begin || !left_out(recording.steps[i])) {
            steps.push_back(recording.steps[i]);
        }
    }
    recording.returned = steps.size();
    recording.steps = std::move(steps);
    return recording;
}

} // namespace

TEST_CASE("a power cut at any step of an operation leaves all of its effect or none") {
    const SampleStore store(Durability::safe);
    for (const Work& work : all_work()) {
        CAPTURE(work.name);
        check_none(cut_power(record(store, work)));
    }
}

TEST_CASE("after a power cut, repair restores all commits without the catalogue") {
    const SampleStore store(Durability::safe);
    for (const Work& work : all_work()) {
        CAPTURE(work.name);
        const Recording recording = record(store, work);
        check_none(cut_power(recording.steps, {recording.begin, recording.returned, 2},
                             [&](const fs::path& outside, bool returned) {
                                 return problems_after_repair(outside / "store",
                                                              returned ? recording.after
                                                                       : recording.before,
                                                              recording.after);
                             }));
    }
}

TEST_CASE(
    "a power cut at any step of a repair leaves the store as it was, or for the next repair") {
    const SampleStore store(Durability::safe);
    for (const bool is_lost : {false, true}) {
        CAPTURE(is_lost);
        const StoreCopy copy(store);
        if (is_lost) {
            fs::remove(copy.root() / "catalog.sqlite");
        }
        const auto log = std::make_shared<DiskLog>(copy.outside());
        const std::size_t first = log->size();
        {
            const RecordedVfs database(log);
            Engine::repair(copy.root(), {}, with_files(std::make_shared<PowerCutFileSystem>(log)));
        }
        const std::vector<DiskStep> steps = log->steps();
        const auto check = [&](const fs::path& outside, bool returned) -> Problems {
            const fs::path root = outside / "store";
            try {
                Engine::open(root, {});
            } catch (const Error& error) {
                if (returned) {
                    return {error.what()};
                }
                const RepairReport report = Engine::repair(root, {}, {});
                if (!report.ok()) {
                    return {"the next repair has lost something"};
                }
            }
            return problems_after_crash(root, store.before(), store.before());
        };
        check_none(cut_power(steps, {first, steps.size()}, check));
    }
}

TEST_CASE("these tests detect a disk that ignores flushes") {
    using Kind = DiskStep::Kind;
    const SampleStore store(Durability::safe);
    const Recording recording = record(store, all_work().front());
    struct Omission {
        const char* what;
        std::function<bool(const DiskStep&)> left_out;
    };
    const std::vector<Omission> omissions = {
        {"folders", [](const DiskStep& step) { return step.kind == Kind::SyncFolder; }},
        {"files",
         [](const DiskStep& step) {
             return !step.of_database &&
                    (step.kind == Kind::SyncFile || step.kind == Kind::SyncAll);
         }},
        {"the catalogue", [](const DiskStep& step) { return step.is_sync() && step.of_database; }},
    };
    for (const Omission& omission : omissions) {
        CAPTURE(omission.what);
        CHECK(!cut_power(without(recording, omission.left_out)).empty());
    }
}

TEST_CASE("a power cut at any step of a creation leaves a store, or a folder to make one in") {
    const TemporaryDirectory folder(quick_folder());
    const fs::path below = fs::path("some") / "where" / "store";
    const auto log = std::make_shared<DiskLog>(folder.path());
    {
        const RecordedVfs database(log);
        Engine::create(folder.path() / below, {"", "0.10", Durability::safe},
                       with_files(std::make_shared<PowerCutFileSystem>(log)));
    }
    const std::vector<DiskStep> steps = log->steps();
    const auto check = [&](const fs::path& outside, bool returned) -> Problems {
        const fs::path root = outside / below;
        try {
            if (!fs::exists(root / "vitrine.json")) {
                if (returned) {
                    return {"the store is gone"};
                }
                Engine::create(root, {"", "0.10", Durability::safe}, {});
            }
            return problems_after_crash(root, {}, {});
        } catch (const Error& error) {
            return {error.what()};
        }
    };
    check_none(cut_power(steps, {0, steps.size()}, check));
}

namespace {

CommitRequest draft_of(DraftStaging& draft) {
    return request_of("y", {put_entry(draft, "a", "bytes of a"), put_entry(draft, "b", "of b")});
}

} // namespace

TEST_CASE("files of a dead process are flushed by the next process that uses them") {
    const SampleStore store(Durability::safe);
    const auto commit = [](Engine& engine) {
        const auto draft = engine.new_draft(nullptr);
        engine.commit(*draft, draft_of(*draft), {});
    };
    const StoreState after = store.after({"commit", commit});
    // Only every few steps, since each of them needs as many cuts as the operation has steps.
    for (std::size_t fault = 0;; fault += 7) {
        CAPTURE(fault);
        const StoreCopy copy(store);
        const auto log = std::make_shared<DiskLog>(copy.outside());
        const auto files =
            std::make_shared<FaultyFileSystem>(std::make_shared<PowerCutFileSystem>(log));
        bool finished = false;
        std::size_t first = 0;
        std::size_t returned = 0;
        {
            const RecordedVfs database(log);
            const auto try_to = [&] {
                try {
                    commit(*Engine::open(copy.root(), with_files(files)));
                } catch (const IoError&) {
                    return false;
                }
                return true;
            };
            files->fail_at(fault, Fault::Crash);
            finished = try_to();
            if (finished) {
                break;
            }
            files->stop_failing();
            first = log->size();
            REQUIRE(try_to());
            returned = log->size();
        }
        check_none(
            cut_power(log->steps(), {first, returned, 2}, [&](const fs::path& outside, bool done) {
                return problems_after_crash(outside / "store", done ? after : store.before(),
                                            after);
            }));
    }
}

TEST_CASE("a file that is moved into the store is never lost") {
    const SampleStore store(Durability::safe);
    const StoreCopy copy(store);
    const fs::path incoming = copy.outside() / "incoming";
    fs::create_directory(incoming);
    std::ofstream(incoming / "a") << "moved in";
    const auto log = std::make_shared<DiskLog>(copy.outside());
    const std::size_t first = log->size();
    {
        const RecordedVfs database(log);
        const auto engine =
            Engine::open(copy.root(), with_files(std::make_shared<PowerCutFileSystem>(log)));
        const auto draft = engine->new_draft(nullptr);
        const StoredBytes stored = draft->put_file(incoming / "a", true);
        Entry entry{EntryPath("a"),
                    stored.sha256,
                    stored.size,
                    stored.md5.base64(),
                    stored.size,
                    {},
                    {},
                    {},
                    {}};
        engine->commit(*draft, request_of("y", {entry}), {});
    }
    CHECK(!fs::exists(incoming / "a"));
    const std::vector<DiskStep> steps = log->steps();
    const auto check = [&](const fs::path& outside, bool) -> Problems {
        if (try_read_file(outside / "incoming" / "a") == "moved in") {
            return {};
        }
        const StoreState state = state_of(outside / "store");
        const auto found = state.names.find("y");
        return found != state.names.end() && found->second.versions.contains(0)
                   ? Problems()
                   : Problems{"the file is gone"};
    };
    check_none(cut_power(steps, {first, steps.size()}, check));
}

// ---- Number of flushes

namespace {

/// The number of flushes in a commit of this many objects.
std::size_t count_flushes(Durability durability, int objects) {
    const StoreFolder folder(durability);
    const auto log = std::make_shared<DiskLog>(folder.outside());
    std::size_t flushes = 0;
    {
        const RecordedVfs database(log);
        const auto engine =
            Engine::open(folder.root(), with_files(std::make_shared<PowerCutFileSystem>(log)));
        commit_files(*engine, "x", {{"a", "the first of its name"}});
        Contents contents;
        for (int i = 0; i < objects; ++i) {
            contents["f" + std::to_string(i)] = "object " + std::to_string(i);
        }
        const std::size_t first = log->size();
        commit_files(*engine, "x", contents);
        flushes = log->syncs_since(first);
    }
    return flushes;
}

} // namespace

TEST_CASE("a safe commit flushes a fixed number of times, however many objects it has") {
    const std::size_t few = count_flushes(Durability::safe, 100);
    CHECK(few > 0);
    CHECK(few <= 20);
    CHECK(count_flushes(Durability::safe, 2000) == few);
    // One by one, if that is cheaper than a flush of the whole file system.
    CHECK(count_flushes(Durability::safe, 1) <= 20);
}

TEST_CASE("a fast store flushes nothing at all, nor does its catalogue") {
    const TemporaryDirectory folder(quick_folder());
    const auto log = std::make_shared<DiskLog>(folder.path());
    const std::size_t first = log->size();
    {
        const RecordedVfs database(log);
        const EngineOptions options = with_files(std::make_shared<PowerCutFileSystem>(log));
        const fs::path root = folder.path() / "store";
        Engine::create(root, {"", "0.10", Durability::fast}, options);
        for (int round = 0; round < 2; ++round) {
            // The last connection that is closed writes the journal into the database.
            const auto engine = Engine::open(root, options);
            Contents contents;
            for (int i = 0; i < 3000; ++i) {
                contents["f" + std::to_string(i)] = std::to_string(round + i);
            }
            commit_files(*engine, "x", contents);
            engine->set_aliases("x", {"a"}, {});
            engine->record_use({"r", "/r"}, engine->open_version("x")->record().id);
            if (round > 0) {
                engine->remove("x:v0", false);
            }
            engine->gc({});
        }
    }
    CHECK(log->size() > first);
    CHECK(log->syncs_since(first) == 0);
}

} // namespace vitrine::test
