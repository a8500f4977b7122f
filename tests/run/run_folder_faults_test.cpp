// SPDX-License-Identifier: MIT
// Every step that a run makes on the disk goes wrong once: the disk is full for a moment or for
// good, the process dies. What was logged before is there, and what failed can be done again.
#include <vitrine/core/error.hpp>

#include "run/folder_fixture.hpp"
#include "support/faulty_file_system.hpp"
#include "support/lone_fork.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vitrine::test {

namespace {

using Action = std::function<void(RunFolder&)>;

/// A run's life, step by step.
const std::vector<Action>& actions() {
    static const std::vector<Action> list = {
        [](RunFolder& run) { run.log(parse_json(R"({"a": 1})"), {}, {}); },
        [](RunFolder& run) { run.update_config(parse_json(R"({"lr": 0.1})")); },
        [](RunFolder& run) { run.log(parse_json(R"({"b": 1})"), 5, {}); },
        [](RunFolder& run) { run.log(parse_json(R"({"b": 2, "c": 2})"), 5, {}); },
        [](RunFolder& run) { run.update_summary(parse_json(R"({"best": 1})")); },
        [](RunFolder& run) { run.log(parse_json(R"({"d": 3})"), 6, {}); },
        [](RunFolder& run) { run.log(parse_json(R"({"e": 4})"), {}, {}); },
        [](RunFolder& run) { run.add_singleton("s", "k", 1); },
        [](RunFolder& run) { run.finish(); },
    };
    return list;
}

const char* const kHistory =
    "{\"a\": 1, \"_step\": 0, \"_runtime\": 0, \"_timestamp\": 1000}\n"
    "{\"b\": 2, \"c\": 2, \"_step\": 5, \"_runtime\": 0, \"_timestamp\": 1000}\n"
    "{\"d\": 3, \"e\": 4, \"_step\": 6, \"_runtime\": 0, \"_timestamp\": 1000}\n";
const char* const kSummary = R"({"a": 1, "_step": 6, "_runtime": 0, "_timestamp": 1000, )"
                             R"("best": 1, "b": 2, "c": 2, "d": 3, "e": 4})";

void check_whole(const FolderFixture& fixture) {
    CHECK(fixture.history() == kHistory);
    CHECK(fixture.summary() == kSummary);
    CHECK(fixture.text("config.yaml").find("lr:\n  desc: null\n  value: 0.1\n") !=
          std::string::npos);
    CHECK(fixture.text("config.yaml").find("_wandb:") != std::string::npos);
}

/// The status with which a child process ends that does this and nothing else.
int status_of_child(const std::function<void()>& action) {
    const pid_t child = lone_fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        action();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Does it, and once more when the disk has room again.
void insist(FaultyFileSystem& files, const std::function<void()>& action) {
    try {
        action();
    } catch (const IoError&) {
        REQUIRE(files.has_failed());
        files.stop_failing();
        action();
    }
}

} // namespace

TEST_CASE("a full disk at any step loses nothing: the failed call can be repeated") {
    for (const Fault fault : {Fault::Once, Fault::Full}) {
        for (std::size_t step = 0;; ++step) {
            CAPTURE(step);
            FolderFixture fixture;
            const auto files = std::make_shared<FaultyFileSystem>();
            files->fail_at(step, fault);
            std::unique_ptr<RunFolder> run;
            insist(*files, [&] { run = fixture.open("r1", files); });
            for (const Action& action : actions()) {
                insist(*files, [&] { action(*run); });
            }
            check_whole(fixture);
            CHECK(fixture.open()->step() == 7);
            // The opening sweeps what a full disk did not even let be removed.
            for (const auto& item : std::filesystem::directory_iterator(fixture.directory)) {
                CHECK_FALSE(item.path().native().ends_with(".tmp"));
            }
            if (files->steps() <= step) {
                break; // there are not so many steps
            }
            REQUIRE(step < 200);
        }
    }
}

TEST_CASE("a run whose process dies at any step is opened again with all rows written so far") {
    for (std::size_t step = 0;; ++step) {
        CAPTURE(step);
        FolderFixture fixture;
        const auto files = std::make_shared<FaultyFileSystem>();
        files->fail_at(step, Fault::Crash);
        bool died = false;
        try {
            const auto run = fixture.open("r1", files);
            for (const Action& action : actions()) {
                action(*run);
            }
        } catch (const IoError&) {
            died = true;
        }
        files->stop_failing();
        {
            const auto run = fixture.open("r1");
            const std::string history = fixture.history();
            CHECK(std::string_view(kHistory).starts_with(history));
            CHECK((history.empty() || history.ends_with('\n')));
            const auto rows = std::count(history.begin(), history.end(), '\n');
            CHECK(run->step() == (rows == 0 ? 0 : rows == 1 ? 1 : rows == 2 ? 6 : 7));
            CHECK(run->summary().contains("a") == (rows > 0));
            CHECK(run->summary().contains("c") == (rows > 1));
            run->log(Json{{"after", 1}}, 10, {});
        }
        CHECK(fixture.history().ends_with("\"_step\": 10, \"_runtime\": 0, "
                                          "\"_timestamp\": 1000}\n"));
        if (!died) {
            return;
        }
        REQUIRE(step < 200);
    }
}

TEST_CASE("the summary is written later where a row could be and it could not") {
    FolderFixture fixture;
    const auto files = std::make_shared<FaultyFileSystem>();
    const auto run = fixture.open("r1", files);
    fixture.now += 5;
    files->fail_at(0, Fault::Full, {FileOperation::CreateFile});
    run->log(parse_json(R"({"a": 1})"), {}, {});
    REQUIRE(fixture.warnings.size() == 1);
    CHECK(fixture.warnings[0].starts_with("the run's summary was not written: "));
    CHECK(run->step() == 1);
    files->stop_failing();
    run->finish();
    CHECK(parse_json(fixture.summary())["a"] == 1);
}

TEST_CASE("what cannot be written at the end is a warning of the destructor") {
    FolderFixture fixture;
    const auto files = std::make_shared<FaultyFileSystem>();
    {
        const auto run = fixture.open("r1", files);
        run->log(parse_json(R"({"a": 1})"), 3, {});
        files->fail_at(0, Fault::Full);
    }
    REQUIRE(fixture.warnings.size() == 1);
    CHECK(fixture.warnings[0].starts_with("the run was not finished: "));
}

TEST_CASE("another process that opens the run is refused while this one has it") {
    FolderFixture fixture;
    const auto run = fixture.open();
    run->log(parse_json(R"({"a": 1})"), {}, {});
    const auto locked_in_child = [&] {
        return status_of_child([&] {
            try {
                fixture.open();
            } catch (const Error& error) {
                ::_exit(error.code() == ErrorCode::Locked ? 3 : 4);
            }
        });
    };
    CHECK(locked_in_child() == 3);
    run->log(parse_json(R"({"a": 2})"), {}, {});
    run->finish();
    CHECK(locked_in_child() == 0);
    // A process that dies leaves the run free, with the rows that it wrote.
    CHECK(status_of_child([&] {
              const auto child = fixture.open();
              child->log(parse_json(R"({"a": 3})"), {}, {});
              child->log(parse_json(R"({"lost": 1})"), 7, {});
              ::_exit(0);
          }) == 0);
    const auto again = fixture.open();
    CHECK(again->step() == 3);
    CHECK(again->summary()["a"] == 3);
    CHECK_FALSE(again->summary().contains("lost"));
}

} // namespace vitrine::test
