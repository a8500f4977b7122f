// SPDX-License-Identifier: MIT
// History, summary and config of a run, and what an opening makes of the files that lie there.
#include <vitrine/core/error.hpp>

#include "run/folder_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

TEST_CASE_FIXTURE(FolderFixture, "each log without a step is a row, with step, run time and time") {
    const auto run = open();
    CHECK(run->step() == 0);
    run->log(parse_json(R"({"loss": 0.5, "n": 1})"), {}, {});
    now = 1003.5;
    run->log(parse_json(R"({"loss": 0.25})"), {}, {});
    CHECK(run->step() == 2);
    CHECK(history() == "{\"loss\": 0.5, \"n\": 1, \"_step\": 0, \"_runtime\": 0, "
                       "\"_timestamp\": 1000}\n"
                       "{\"loss\": 0.25, \"_step\": 1, \"_runtime\": 3, \"_timestamp\": 1003}\n");
    CHECK(render_json(run->summary(), kOrderedJson) ==
          R"({"loss": 0.25, "n": 1, "_step": 1, "_runtime": 3, "_timestamp": 1003})");
}

TEST_CASE_FIXTURE(FolderFixture,
                  "what is logged for one step is one row, of a key the last counts") {
    const auto run = open();
    run->log(parse_json(R"({"a": 1, "b": 1})"), 5, {});
    run->log(parse_json(R"({"b": 2, "c": 3})"), 5, {});
    CHECK(history() == "");
    CHECK(run->step() == 5);
    CHECK(run->summary() == Json::object());
    run->log(parse_json(R"({"d": 4})"), 7, {});
    CHECK(history() == "{\"a\": 1, \"b\": 2, \"c\": 3, \"_step\": 5, \"_runtime\": 0, "
                       "\"_timestamp\": 1000}\n");
    run->log(parse_json(R"({"e": 5})"), {}, false); // stays open
    run->log(parse_json(R"({"f": 6})"), 7, true);
    CHECK(run->step() == 8);
    CHECK(history().ends_with("\n{\"d\": 4, \"e\": 5, \"f\": 6, \"_step\": 7, \"_runtime\": 0, "
                              "\"_timestamp\": 1000}\n"));
    run->log(Json::object(), 9, {}); // no row of nothing
    run->log(Json::object(), {}, {});
    CHECK(run->step() == 10);
    run->finish();
    CHECK(std::count(warnings.begin(), warnings.end(), "") == 0);
    CHECK(history().find("\"_step\": 9") == std::string::npos);
}

TEST_CASE_FIXTURE(FolderFixture, "values of an earlier step are dropped with a warning") {
    const auto run = open();
    run->log(parse_json(R"({"a": 1})"), 5, {});
    CHECK_FALSE(run->log(parse_json(R"({"a": 2, "b": 2})"), 4, {}));
    CHECK(warnings == std::vector<std::string>{
                          "step must only increase in log calls: step 4 < 5; dropping 'a', 'b'"});
    CHECK_FALSE(run->log(parse_json(R"({"a": 2})"), -1, true));
    run->log(parse_json(R"({"c": 3})"), {}, {});
    CHECK_FALSE(run->log(parse_json(R"({"a": 2})"), 5, {})); // it is complete
    CHECK(history() ==
          "{\"a\": 1, \"c\": 3, \"_step\": 5, \"_runtime\": 0, \"_timestamp\": 1000}\n");
    CHECK(warnings.size() == 3);
}

TEST_CASE_FIXTURE(FolderFixture, "values of Python's JSON are restored from a history unchanged") {
    const char* const text =
        R"({"nan": NaN, "inf": [Infinity, -Infinity], "big": 123456789012345678901234567890, )"
        R"("neg": -9223372036854775808, "u": "\u00e9\ud83d\ude00", "tiny": 1e-05, "a/b": {"c": []}})";
    {
        const auto run = open();
        run->log(parse_json(text), {}, {});
        run->log(parse_json(R"({"_timestamp": 7.5, "_runtime": 3})"), {}, {});
    }
    CHECK(history().starts_with(std::string(text).substr(0, std::string_view(text).size() - 1)));
    CHECK(history().ends_with("{\"_timestamp\": 7.5, \"_runtime\": 3, \"_step\": 1}\n"));
    fs::remove(directory / "wandb-summary.json");
    const auto run = open();
    CHECK(render_json(run->summary(), kOrderedJson) ==
          std::string(text).substr(0, std::string_view(text).size() - 1) +
              R"(, "_step": 1, "_runtime": 3, "_timestamp": 7.5})");
}

TEST_CASE_FIXTURE(FolderFixture, "a run that is opened again continues where it ended") {
    {
        const auto run = open("");
        CHECK(run->id().size() == 32);
        run->log(parse_json(R"({"a": 1})"), 4, {});
        run->update_config(parse_json(R"({"lr": 0.1})"));
        run->add_singleton("s", "k", 1);
    }
    const auto again = open("");
    CHECK(again->step() == 5); // the row of 4 was written at the end
    CHECK(again->summary()["a"] == 1);
    CHECK(again->config() == Json{{"lr", 0.1}});
    CHECK(again->config_wandb()["s"]["k"]["value"] == 1);
    now += 100;
    again->log(parse_json(R"({"b": 2})"), {}, {});
    CHECK(history().ends_with("{\"b\": 2, \"_step\": 5, \"_runtime\": 100, "
                              "\"_timestamp\": 1100}\n"));
    CHECK(warnings.empty());
}

TEST_CASE_FIXTURE(FolderFixture, "a run's folder has one writer, and another id is refused") {
    {
        const auto run = open("r1");
        check_throws([&] { open("r1"); }, ErrorCode::Locked, "is open elsewhere");
        run->finish();
        CHECK_NOTHROW(open("r1"));
        check_throws(
            [&] {
                run->log(Json{{"a", 1}}, {}, {});
            },
            ErrorCode::InvalidArgument, "'r1' is finished");
        check_throws(
            [&] {
                run->update_summary(Json{{"a", 1}});
            },
            ErrorCode::InvalidArgument, "is finished");
        check_throws(
            [&] {
                run->update_config(Json{{"a", 1}});
            },
            ErrorCode::InvalidArgument, "is finished");
    }
    check_throws([&] { open("r2"); }, ErrorCode::Conflict, "contains run 'r1'");
    check_throws([&] { open("../r"); }, ErrorCode::InvalidArgument, "not a run's id: '../r'");
}

TEST_CASE_FIXTURE(FolderFixture, "an incomplete last line is cut off with a warning") {
    {
        const auto run = open();
        run->log(parse_json(R"({"a": 1})"), {}, {});
        run->log(parse_json(R"({"a": 2})"), {}, {});
    }
    const std::string whole = history();
    const std::string first = whole.substr(0, whole.find('\n') + 1);
    const std::string torn[] = {whole.substr(0, whole.size() - 1), first + "{", first + "{\"a\": 2",
                                first + std::string(5000, '\0')};
    for (const std::string& text : torn) {
        CAPTURE(text);
        warnings.clear();
        put(directory / "wandb-history.jsonl", text);
        fs::remove(directory / "wandb-summary.json");
        {
            const auto run = open();
            CHECK(run->step() == 1);
            CHECK(run->summary()["a"] == 1);
            CHECK(history() == first);
            REQUIRE(warnings.size() == 1);
            CHECK(warnings[0].find(std::to_string(text.size() - first.size()) + " bytes") !=
                  std::string::npos);
            run->log(parse_json(R"({"a": 3})"), {}, {});
        }
        CHECK(history() ==
              first + "{\"a\": 3, \"_step\": 1, \"_runtime\": 0, \"_timestamp\": 1000}\n");
    }
}

TEST_CASE_FIXTURE(FolderFixture,
                  "the summary is written by updates, now and then, and at the end") {
    auto run = open();
    run->log(parse_json(R"({"a": 1})"), {}, {});
    CHECK(summary() == "(none)");
    run->update_summary(parse_json(R"({"best": 9})"));
    CHECK(summary() == R"({"a": 1, "_step": 0, "_runtime": 0, "_timestamp": 1000, "best": 9})");
    run->log(parse_json(R"({"a": 2})"), {}, {});
    CHECK(parse_json(summary())["a"] == 1);
    now += 2;
    run->log(parse_json(R"({"a": 3, "best": 10})"), {}, {});
    CHECK(parse_json(summary())["a"] == 3);
    CHECK(parse_json(summary())["best"] == 10);
    run->update_summary(parse_json(R"({"a": {"deep": [1]}})"));
    run->log(parse_json(R"({"c": 1})"), {}, {});
    run.reset();
    CHECK(summary() == R"({"a": {"deep": [1]}, "_step": 3, "_runtime": 2, "_timestamp": 1002, )"
                       R"("best": 10, "c": 1})");
    run = open();
    check_throws([&] { run->update_summary(parse_json(R"({"_step": 1})")); },
                 ErrorCode::InvalidArgument, "'_step'");
    check_throws([&] { run->update_summary(parse_json(R"({"_wandb": 1})")); },
                 ErrorCode::InvalidArgument, "'_wandb'");
}

TEST_CASE_FIXTURE(FolderFixture, "rows that the file of the summary missed are added on opening") {
    {
        const auto run = open();
        run->log(parse_json(R"({"a": 1, "b": 1})"), {}, {});
        run->update_summary(parse_json(R"({"a": "mine"})"));
        const std::string early = summary();
        run->log(parse_json(R"({"b": 2})"), {}, {});
        run->finish();
        // As a process leaves it that dies before it writes the summary again.
        put(directory / "wandb-summary.json", early);
    }
    const auto run = open();
    CHECK(run->summary()["a"] == "mine"); // said after the row of step 0
    CHECK(run->summary()["b"] == 2);
    CHECK(run->summary()["_step"] == 1);
    CHECK(run->step() == 2);
}

TEST_CASE_FIXTURE(FolderFixture, "the config is replaced member by member and written for W&B") {
    {
        const auto run = open();
        CHECK_FALSE(fs::exists(directory / "config.yaml"));
        run->update_config(parse_json(R"({"lr": 0.1, "deep": {"a": 1}})"));
        run->update_config(parse_json(R"({"lr": 1, "deep": {"b": 2}})"));
        run->add_singleton("mask/class_labels", "k", Json{{"1", "tree"}});
        run->add_singleton("mask/class_labels", "k", Json{{"1", "car"}});
        CHECK(run->config() == parse_json(R"({"lr": 1, "deep": {"b": 2}})"));
        check_throws(
            [&] {
                run->update_config(Json{{"_wandb", 1}});
            },
            ErrorCode::InvalidArgument, "'_wandb'");
        check_throws([&] { run->update_config(Json::array()); }, ErrorCode::InvalidArgument,
                     "expected a JSON object for the config, got array");
        check_throws(
            [&] {
                run->update_config(Json{{"k", "\xff"}});
            },
            ErrorCode::InvalidArgument, "UTF-8");
        CHECK(run->config().size() == 2);
    }
    const std::string expected =
        "wandb_version: 1\n\n_wandb:\n  desc: null\n  value: {\"mask/class_labels\": {\"k\": "
        "{\"type\": \"mask/class_labels\", \"key\": \"k\", \"value\": {\"1\": \"car\"}}}}\n"
        "lr:\n  desc: null\n  value: 1\ndeep:\n  desc: null\n  value: {\"b\": 2}\n";
    CHECK(text("config.yaml") == expected);
    // It follows from vitrine-run.json, and is written again where it is lost.
    fs::remove(directory / "config.yaml");
    open()->finish();
    CHECK(text("config.yaml") == expected);
}

TEST_CASE_FIXTURE(FolderFixture, "steps are limited to 63 bits") {
    const auto run = open();
    constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
    check_throws(
        [&] {
            run->log(Json{{"a", 1}}, kLast, {});
        },
        ErrorCode::InvalidArgument, "a step is at most 9223372036854775806");
    run->log(Json{{"a", 1}}, kLast - 1, true);
    CHECK(run->step() == kLast);
    check_throws(
        [&] {
            run->log(Json{{"a", 1}}, {}, {});
        },
        ErrorCode::InvalidArgument, "a step is at most");
    CHECK(history().find("9223372036854775806") != std::string::npos);
}

TEST_CASE_FIXTURE(FolderFixture, "a run that vitrine did not make is refused and not changed") {
    for (const char* name : {"config.yaml", "wandb-history.jsonl", "wandb-summary.json"}) {
        CAPTURE(name);
        fs::remove_all(directory);
        fs::create_directories(directory);
        put(directory / name, "wandb_version: 1\n");
        check_throws([&] { open(); }, ErrorCode::Unsupported, "did not make");
        CHECK(std::distance(fs::directory_iterator(directory), fs::directory_iterator()) == 1);
    }
    fs::remove_all(directory);
    fs::create_directories(directory);
    put(directory / "notes.txt", "mine");
    CHECK(open()->step() == 0);
}

TEST_CASE_FIXTURE(FolderFixture, "files of a run with a wrong format are errors") {
    const char* const history_file = "wandb-history.jsonl";
    const struct {
        const char* file;
        std::string text;
        ErrorCode code;
        const char* message;
    } cases[] = {
        {history_file, "{\"_step\": 0}\n{\"_step\"\n{\"_step\": 2}\n", ErrorCode::InvalidFormat,
         "line 2"},
        {history_file, "[]\n", ErrorCode::InvalidFormat, "line 1: '/_step'"},
        {history_file, "{}\n", ErrorCode::InvalidFormat, "'/_step': expected the number"},
        {history_file, "{\"_step\": -1}\n", ErrorCode::InvalidFormat, "'/_step'"},
        {history_file, "{\"_step\": 1.5}\n", ErrorCode::InvalidFormat, "'/_step'"},
        {history_file, "{\"_step\": 9223372036854775807}\n", ErrorCode::InvalidFormat, "'/_step'"},
        {history_file, "{\"_step\": 99999999999999999999}\n", ErrorCode::InvalidFormat, "'/_step'"},
        {history_file, "\n", ErrorCode::InvalidFormat, "line 1"},
        {"wandb-summary.json", "{\"a\":", ErrorCode::InvalidFormat, "wandb-summary.json"},
        {"wandb-summary.json", "[]", ErrorCode::InvalidFormat, "expected a JSON object"},
        {"wandb-summary.json", "{\"_step\": \"1\"}", ErrorCode::InvalidFormat, "'/_step'"},
        {"vitrine-run.json", "", ErrorCode::InvalidFormat, "vitrine-run.json"},
        {"vitrine-run.json", "{\"format\": 2}", ErrorCode::Unsupported, "'/format': expected 1"},
        {"vitrine-run.json", R"({"format": 1, "id": "../x"})", ErrorCode::InvalidFormat,
         "not a run's id"},
        {"vitrine-run.json", R"({"format": 1, "id": "r1", "started_at": -1})",
         ErrorCode::InvalidFormat, "'/started_at'"},
        {"vitrine-run.json", R"({"format": 1, "id": "r1", "started_at": 1, "config": []})",
         ErrorCode::InvalidFormat, "'/config': expected an object"},
    };
    open()->log(Json{{"a", 1}}, {}, {});
    const std::string whole = history();
    const std::string identity = text("vitrine-run.json");
    for (const auto& item : cases) {
        CAPTURE(item.text);
        put(directory / history_file, whole);
        put(directory / "vitrine-run.json", identity);
        fs::remove(directory / "wandb-summary.json");
        put(directory / item.file, item.text);
        check_throws([&] { open(""); }, item.code, item.message);
        CHECK(text(item.file) == item.text);
    }
}

TEST_CASE_FIXTURE(FolderFixture, "values that are not JSON are refused and the row is unchanged") {
    const auto run = open();
    run->log(parse_json(R"({"a": 1})"), 0, {});
    check_throws(
        [&] {
            run->log(Json{{"b", "\xff"}}, 0, {});
        },
        ErrorCode::InvalidArgument, "UTF-8");
    check_throws(
        [&] {
            run->log(Json{{"b", "\xff"}}, 3, true);
        },
        ErrorCode::InvalidArgument, "UTF-8");
    CHECK(run->step() == 0);
    run->finish();
    CHECK(history() == "{\"a\": 1, \"_step\": 0, \"_runtime\": 0, \"_timestamp\": 1000}\n");
}

} // namespace vitrine::test
