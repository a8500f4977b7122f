// SPDX-License-Identifier: MIT
#include "command/fixture.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <string>
#include <vector>

using namespace vitrine;
using namespace vitrine::test;

namespace {

const std::vector<std::string> kVerbs = {"init",   "add",    "import", "list",     "log",   "show",
                                         "ls",     "cat",    "diff",   "checkout", "alias", "rm",
                                         "verify", "repair", "gc",     "stats"};

} // namespace

TEST_CASE("the help of every verb has examples") {
    const CommandResult all = run_vitrine({"--help"});
    CHECK(all.exit_code == 0);
    CHECK(holds(all.out, "Exit codes: 0 done"));
    CHECK(all.err.empty());
    for (const auto& verb : kVerbs) {
        CAPTURE(verb);
        CHECK(holds(all.out, "\n  " + verb + " "));
        const CommandResult help = run_vitrine({verb, "--help"});
        CHECK(help.exit_code == 0);
        CHECK(holds(help.out, "Examples:\n  vitrine " + verb));
        CHECK(help.err.empty());
    }
    CHECK(holds(run_vitrine({"import", "voc", "--help"}).out, "--split"));
}

TEST_CASE("the version is printed as text and as JSON") {
    CHECK(run_vitrine({"--version"}).out.starts_with("vitrine "));
    const Json document = run_vitrine({"--version", "--json"}).json();
    CHECK("vitrine " + document["version"].get<std::string>() + "\n" ==
          run_vitrine({"--version"}).out);
}

TEST_CASE("a wrong command line exits with 2 and names the reason") {
    const Workplace place;
    place.write("a.txt", "a");
    place.ok({"add", "notes", "a.txt"});
    struct Case {
        std::vector<std::string> arguments;
        std::string message;
    };
    const Case cases[] = {
        {{}, "a verb is required (see 'vitrine --help')"},
        {{"frobnicate"}, "frobnicate"},
        {{"list", "--frobnicate"}, "--frobnicate"},
        {{"add"}, "NAME is required (see 'vitrine add --help')"},
        {{"add", "x"}, "SOURCE is required"},
        {{"log"}, "NAME is required"},
        {{"cat", "notes:v0"}, "PATH is required"},
        {{"import"}, "subcommand"},
        {{"import", "voc", "folder"}, "NAME is required (see 'vitrine import voc --help')"},
        {{"checkout", "notes:v0", "out", "--link", "soft"}, "soft"},
        {{"init", "x", "--durability", "maybe"}, "maybe"},
        {{"init", "x", "--pack-limit", "2M"}, "--pack-limit"},
        {{"init", "x", "--pack-limit", "-1"}, "--pack-limit"},
        {{"init", "x", "--pack-limit", "many"}, "--pack-limit"},
        {{"--lock-timeout", "soon", "list"}, "soon"},
        {{"rm", "notes"}, "expected NAME:VERSION or 'NAME:*', got 'notes'"},
        {{"rm", "a/b:v0"}, "expected NAME or NAME:VERSION, got 'a/b:v0'"},
        {{"add", "notes", "a.txt", "--meta", "novalue"},
         "expected --meta KEY=VALUE, got 'novalue'"},
        {{"add", "notes", "a.txt", "--mirror"}, "--mirror needs --from"},
        {{"add", "notes", "a.txt", "--mirror", "--from", "notes:v0"}, "needs one folder"},
        {{"add", "other", "a.txt", "--from", "notes:v0"}, "--from must name a version of 'other'"},
        {{"show", "./.vitrine"}, "is a store: name one of its artifacts"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.message);
        const CommandResult text = place.run(test.arguments);
        CHECK(text.exit_code == 2);
        CHECK(text.out.empty());
        CHECK(text.err.starts_with("error: "));
        CAPTURE(text.err);
        CHECK(holds(text.err, test.message));

        auto arguments = test.arguments;
        arguments.push_back("--json");
        const CommandResult json = place.run(arguments);
        CHECK(json.exit_code == 2);
        const Json error = parse_json(json.err.substr(0, json.err.size() - 1));
        CHECK(error["error"]["code"] == "usage");
        CHECK(error["error"]["message"].is_string());
    }
    CHECK(place.json({"list"})[0]["versions"] == 1);
}

TEST_CASE("without a store a verb exits with 10 and names the folder that it searched") {
    const Workplace place(false);
    place.write("a.txt", "a");
    place.write("folder/b.txt", "b");
    const std::vector<std::vector<std::string>> verbs = {{"add", "x", "a.txt"},
                                                         {"list"},
                                                         {"log", "x"},
                                                         {"show", "x:v0"},
                                                         {"ls", "x:v0"},
                                                         {"cat", "x:v0", "a"},
                                                         {"checkout", "x:v0", "out"},
                                                         {"alias", "x:v0"},
                                                         {"rm", "x:v0"},
                                                         {"verify"},
                                                         {"repair"},
                                                         {"gc"},
                                                         {"stats"},
                                                         {"import", "voc", "folder", "x"}};
    for (const auto& verb : verbs) {
        CAPTURE(verb[0]);
        const CommandResult result = place.run(verb);
        CHECK(result.exit_code == 10);
        CHECK(holds(result.err, "no '.vitrine' in '" + place.path().string() + "' or above"));
        auto elsewhere = verb;
        elsewhere.insert(elsewhere.end(), {"--store", "folder", "--json"});
        const CommandResult other = place.run(elsewhere);
        CHECK(other.exit_code == 10);
        CHECK(parse_json(other.err.substr(0, other.err.size() - 1))["error"]["code"] ==
              "not_a_store");
    }
    CHECK_FALSE(std::filesystem::exists(place.path() / "out"));
    // A folder is shown without a store.
    CHECK(place.run({"show", "folder"}).exit_code == 0);
}

TEST_CASE(
    "the store is said in front of the verb, behind it, by the environment, or by the place") {
    const Workplace place;
    place.write("a.txt", "a");
    place.ok({"add", "notes", "a.txt"});
    const std::string store = place.store().string();
    std::filesystem::create_directories(place.path() / "deep" / "down");
    CommandOptions below;
    below.directory = place.path() / "deep" / "down";
    CommandOptions by_environment;
    by_environment.environment = {{"VITRINE_STORE", store}};
    CommandOptions wrong_environment;
    wrong_environment.environment = {{"VITRINE_STORE", "/nowhere"}};
    CHECK(holds(run_vitrine({"--store", store, "list"}).out, "notes"));
    CHECK(holds(run_vitrine({"list", "--store", store}).out, "notes"));
    CHECK(holds(run_vitrine({"list", "--store=" + store}, wrong_environment).out, "notes"));
    CHECK(holds(run_vitrine({"list"}, by_environment).out, "notes"));
    CHECK(holds(run_vitrine({"list"}, below).out, "notes"));
    CHECK(run_vitrine({"list"}, wrong_environment).exit_code == 10);
}

TEST_CASE("a failure exits with 1 and names the thing, as text and as JSON") {
    const Workplace place;
    place.write("a.txt", "a");
    place.ok({"add", "notes", "a.txt"});
    struct Case {
        std::vector<std::string> arguments;
        std::string code;
        std::string message;
    };
    const Case cases[] = {
        {{"show", "nothing"}, "not_found", "'nothing'"},
        {{"show", "notes:v7"}, "not_found", "v7"},
        {{"log", "nothing"}, "not_found", "'nothing'"},
        {{"ls", "notes", "zzz"}, "not_found", "no entry of 'notes:v0' begins with 'zzz'"},
        {{"cat", "notes:v0", "missing"}, "not_found", "'missing'"},
        {{"show", "notes:v0", "missing"}, "not_found", "no value 'missing' in 'notes:v0'"},
        {{"rm", "notes:v7"}, "not_found", "v7"},
        {{"alias", "notes:v0", "--add", "v3"}, "invalid_argument", "v3"},
        {{"alias", "notes:v0", "--add", "latest"}, "invalid_argument", "latest"},
        {{"alias", "notes:v0", "--remove", "gone"}, "not_found", "gone"},
        {{"add", "x", "missing.txt"},
         "not_found",
         "no file, folder, URI or NAME:VERSION/PATH: 'missing.txt'"},
        {{"add", "bad name", "a.txt"}, "invalid_argument", "bad name"},
        {{"add", "x", "notes:v0/missing"}, "not_found", "'missing'"},
        {{"add", "notes", "a.txt", "--type", "model"}, "conflict", "model"},
        {{"add", "x", "a.txt", "--as", "../x"}, "invalid_argument", "../x"},
        {{"add", "x", "a.txt", "--as", "/x"}, "invalid_argument", "/x"},
        {{"add", "notes", "a.txt", "--from", "notes:v9"}, "not_found", "v9"},
        {{"init"}, "already_exists", ".vitrine"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.message);
        const CommandResult text = place.run(test.arguments);
        CHECK(text.exit_code == 1);
        CAPTURE(text.err);
        CHECK(holds(text.err, test.message));
        auto arguments = test.arguments;
        arguments.push_back("--json");
        const CommandResult json = place.run(arguments);
        CHECK(json.exit_code == 1);
        CHECK(json.out.empty());
        CHECK(parse_json(json.err.substr(0, json.err.size() - 1))["error"]["code"] == test.code);
    }
    CHECK(place.json({"list"}).size() == 1);
    CHECK(place.run({"verify"}).exit_code == 0);
}

TEST_CASE("only terminals get colours, and NO_COLOR and --no-color turn them off") {
    if (!can_make_terminal()) {
        skip("needs a terminal, and this system gives none (is devpts mounted?)");
        return;
    }
    const Workplace place;
    place.write("a.txt", "a");
    place.ok({"add", "notes", "a.txt"});
    CommandOptions terminal;
    terminal.terminal = true;
    terminal.environment = {{"TERM", "xterm"}};
    CHECK(holds(place.run({"list"}, terminal).out, "\033["));
    CHECK_FALSE(holds(place.run({"list", "--no-color"}, terminal).out, "\033["));
    CHECK_FALSE(holds(place.run({"list", "--json"}, terminal).out, "\033["));
    CHECK_FALSE(holds(place.run({"list"}).out, "\033["));
    CommandOptions piped;
    piped.environment = {{"TERM", "xterm"}};
    CHECK_FALSE(holds(place.run({"list"}, piped).out, "\033["));
    terminal.environment["NO_COLOR"] = "1";
    CHECK_FALSE(holds(place.run({"list"}, terminal).out, "\033["));
    CHECK_FALSE(holds(place.run({"show", "nothing"}, terminal).out, "\033["));
    terminal.environment = {{"TERM", "dumb"}};
    CHECK_FALSE(holds(place.run({"list"}, terminal).out, "\033["));
}

TEST_CASE("progress is drawn only on a terminal, and not with --quiet") {
    if (!can_make_terminal()) {
        skip("needs a terminal, and this system gives none (is devpts mounted?)");
        return;
    }
    const Workplace place;
    write_voc_folder(place.path() / "voc", 5);
    CommandOptions terminal;
    terminal.terminal = true;
    terminal.environment = {{"TERM", "xterm"}};
    const std::vector<std::string> import = {"import", "voc", "voc", "cells"};
    auto quiet = import;
    quiet.push_back("--quiet");
    const std::string shown = place.run(import, terminal).out;
    CHECK(holds(shown, " of 5 ("));
    // The progress line is erased before the result is printed.
    CHECK(holds(shown, "\r\033[K\033[1mcells:v0"));
    CHECK_FALSE(holds(place.run(quiet, terminal).out, " of 5 ("));
    const CommandResult piped = place.run(import);
    CHECK(piped.exit_code == 0);
    CHECK(piped.err.empty());
}

TEST_CASE("text from a store cannot control the terminal") {
    const Workplace place;
    place.write("in/bad\033[31m\x07name.txt", "x");
    place.ok({"add", "notes", "in", "--meta", "note=\033]0;title\x07", "-d", "red\033[31m"});
    for (const auto& verb : {"ls", "show", "log"}) {
        CAPTURE(verb);
        const CommandResult result = place.ok({verb, "notes"});
        CHECK_FALSE(holds(result.out, "\033"));
        CHECK(holds(result.out, "\\x1b"));
    }
}

TEST_CASE("a closed pipe ends the command without a message") {
    const Workplace place;
    std::string bytes(4 << 20, 'x');
    place.write("big", bytes);
    for (int i = 0; i < 2000; ++i) {
        place.write("many/" + std::string(80, 'n') + std::to_string(i), "");
    }
    place.ok({"add", "files", "big", "many"});
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"ls", "files"}, {"ls", "files", "--json"}, {"cat", "files", "big"}}) {
        CAPTURE(arguments[0]);
        CommandOptions options;
        options.directory = place.path();
        RunningCommand command(arguments, options);
        command.close_output_after(10);
        const CommandResult result = command.finish();
        CHECK(result.exit_code == 128 + SIGPIPE);
        CHECK(result.err.empty());
    }
}

TEST_CASE("a result that cannot be written is a failure") {
    const Workplace place;
    place.write("a.txt", "a");
    place.ok({"add", "notes", "a.txt"});
    for (const auto& arguments : std::vector<std::vector<std::string>>{
             {"list"}, {"stats", "--json"}, {"cat", "notes", "a.txt"}, {"--version"}}) {
        CAPTURE(arguments[0]);
        CommandOptions options;
        options.output_file = "/dev/full";
        const CommandResult result = place.run(arguments, options);
        CHECK(result.exit_code == 1);
        CHECK(holds(result.err, "No space left on device"));
    }
}
