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

/// How the command ended and what it printed.
struct CommandResult {
    int exit_code = 0; ///< 128 + signal if it was killed
    std::string out;
    std::string err;

    /// Standard output as JSON. Throws: Error if it is not JSON.
    Json json() const { return parse_json(out); }
};

struct CommandOptions {
    std::filesystem::path directory; ///< to work in; the test's own if empty
    /// Added to the environment after VITRINE_STORE and NO_COLOR were removed from it.
    std::map<std::string, std::string> environment;
    /// Standard output and error are one terminal, and all that is written to it is in `out`.
    bool terminal = false;
    /// The greatest size of a file that it writes, in bytes (RLIMIT_FSIZE); 0: no limit.
    std::uint64_t file_size_limit = 0;
    /// How many descriptors it may have open (RLIMIT_NOFILE); 0: no limit.
    std::uint64_t descriptor_limit = 0;
    /// Standard output goes here instead.
    std::filesystem::path output_file;
};

/// A run of the real command (VITRINE_COMMAND).
class RunningCommand {
public:
    RunningCommand(const std::vector<std::string>& arguments, const CommandOptions& options = {});
    /// Kills the command if it is still running.
    ~RunningCommand();
    RunningCommand(const RunningCommand&) = delete;
    RunningCommand& operator=(const RunningCommand&) = delete;

    /// Reads until standard error contains `text`. Returns false if the command ended before.
    bool wait_for_message(const std::string& text);
    /// Reads at least this many bytes of standard output, then closes it.
    void close_output_after(std::size_t bytes);
    void signal(int number);
    CommandResult finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Whether this system has terminals; a container without /dev/pts has none.
bool can_make_terminal();

CommandResult run_vitrine(const std::vector<std::string>& arguments,
                          const CommandOptions& options = {});

/// Runs a command that must succeed. If it fails, the test fails with the output.
CommandResult vitrine_ok(const std::vector<std::string>& arguments,
                         const CommandOptions& options = {});

} // namespace vitrine::test
