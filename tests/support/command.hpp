// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vitrine::test {

/// How the command ended and what it said.
struct CommandResult {
    int exit_code = 0; ///< 128 + signal if it was killed
    std::string out;
    std::string err;

    /// Standard output as JSON. Throws: Error if it is none.
    Json json() const { return parse_json(out); }
};

struct CommandOptions {
    std::filesystem::path directory; ///< to work in; the test's own if empty
    /// Added to the environment, from which VITRINE_STORE and NO_COLOR are taken away first.
    std::map<std::string, std::string> environment;
    /// Standard output and error are one terminal; all that it shows is in `out`.
    bool terminal = false;
    /// The most bytes that a file may be written to (RLIMIT_FSIZE); no limit if 0.
    std::uint64_t file_size_limit = 0;
    /// Standard output goes here instead.
    std::filesystem::path output_file;
};

/// A run of the real command (VITRINE_COMMAND).
class RunningCommand {
public:
    RunningCommand(const std::vector<std::string>& arguments, const CommandOptions& options = {});
    /// Kills it if it still runs.
    ~RunningCommand();
    RunningCommand(const RunningCommand&) = delete;
    RunningCommand& operator=(const RunningCommand&) = delete;

    /// Reads until standard error holds `text`. False if the command ended before.
    bool wait_for_message(const std::string& text);
    /// Reads until standard output holds at least so many bytes, then closes it.
    void close_output_after(std::size_t bytes);
    void signal(int number);
    CommandResult finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Whether this system gives terminals; a container without /dev/pts does not.
bool can_make_terminal();

CommandResult run_vitrine(const std::vector<std::string>& arguments,
                          const CommandOptions& options = {});

/// A command that must work; fails the test with what it said if it does not.
CommandResult vitrine_ok(const std::vector<std::string>& arguments,
                         const CommandOptions& options = {});

} // namespace vitrine::test
