// SPDX-License-Identifier: MIT
// Sessions as a user would type them, with everything that is printed. In tests/data/command/*.txt
// each line "$ vitrine ..." is a command, and the lines after it are its expected output: results,
// then messages. "*" matches any text; a last line "[3]" is the exit code if it is not 0.
#include "command/fixture.hpp"
#include "support/paths.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

struct Step {
    std::string command;
    std::string expected;
};

std::vector<Step> read_steps(const fs::path& path) {
    std::vector<Step> steps;
    std::istringstream lines(read_file(path));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("$ ")) {
            steps.push_back({line.substr(2), ""});
        } else if (!steps.empty()) {
            steps.back().expected += line + "\n";
        }
    }
    return steps;
}

/// Splits a line at spaces; a word in single quotes may contain them.
std::vector<std::string> split_words(const std::string& command) {
    std::vector<std::string> words;
    bool in_word = false;
    bool in_quotes = false;
    for (const char c : command) {
        if (c == '\'') {
            in_quotes = !in_quotes;
        }
        if (c == ' ' && !in_quotes) {
            in_word = false;
            continue;
        }
        if (!in_word) {
            words.emplace_back();
            in_word = true;
        }
        if (c != '\'') {
            words.back() += c;
        }
    }
    return words;
}

/// Whether `text` matches `pattern`, in which '*' matches any text within a line.
bool matches(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) {
        return text.empty();
    }
    if (pattern[0] == '*') {
        for (std::size_t taken = 0;; ++taken) {
            if (matches(pattern.substr(1), text.substr(taken))) {
                return true;
            }
            if (taken == text.size() || text[taken] == '\n') {
                return false;
            }
        }
    }
    return !text.empty() && pattern[0] == text[0] && matches(pattern.substr(1), text.substr(1));
}

} // namespace

TEST_CASE("the command prints what the transcripts say") {
    std::size_t transcripts = 0;
    for (const auto& item : fs::directory_iterator(test_data_dir() / "command")) {
        const Workplace place(false);
        fs::copy(test_data_dir() / "voc", place.path() / "voc", fs::copy_options::recursive);
        place.write("notes/a.txt", "first\n");
        place.write("notes/b.txt", "second\n");
        place.write("changed/a.txt", "first, changed\n");
        place.write("changed/c.txt", "third\n");
        ++transcripts;
        for (const auto& step : read_steps(item.path())) {
            INFO(item.path().filename().string() << ": $ " << step.command);
            auto words = split_words(step.command);
            REQUIRE(words.at(0) == "vitrine");
            words.erase(words.begin());
            const CommandResult result = place.run(words);
            std::string printed = result.out + result.err;
            if (result.exit_code != 0) {
                printed += "[" + std::to_string(result.exit_code) + "]\n";
            }
            CHECK_MESSAGE(matches(step.expected, printed), "expected\n"
                                                               << step.expected << "printed\n"
                                                               << printed);
        }
    }
    CHECK(transcripts >= 2);
}
