// SPDX-License-Identifier: MIT
// The command: parses the command line, executes one verb, and reports errors in one place.
#include <vitrine/core/error.hpp>
#include <vitrine/core/version.hpp>

#include "command_line.hpp"
#include "exit_codes.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine::tool {

namespace {

void add_verbs(CommandLine& line) {
    for (const auto add :
         {add_init, add_add, add_import, add_list, add_log, add_show, add_ls, add_cat, add_diff,
          add_checkout, add_alias, add_rm, add_verify, add_repair, add_gc, add_stats}) {
        add(line);
    }
}

void print_version(Output& out) {
    if (out.json()) {
        out.document({{"version", VITRINE_VERSION}});
    } else {
        out.line("vitrine " VITRINE_VERSION);
    }
}

/// Reports a wrong command line.
ExitCode report_usage(Messages& messages, bool json, std::string message, const Verb* verb) {
    if (!json) {
        message += " (see 'vitrine " + (verb == nullptr ? "" : verb->name + " ") + "--help')";
    }
    messages.error("usage", message);
    return kUsage;
}

ExitCode execute_line(Session& session, const ParsedLine& line) {
    if (line.error) {
        return report_usage(session.messages(), session.options().json, *line.error, line.verb);
    }
    ExitCode code = kDone;
    if (line.help) {
        session.out().write(*line.help);
    } else if (line.version) {
        print_version(session.out());
    } else {
        code = line.verb->execute(session);
    }
    session.out().flush();
    return code;
}

ExitCode execute(Session& session, const ParsedLine& line) {
    try {
        return execute_line(session, line);
    } catch (const OutputClosed&) {
        return kOutputClosed;
    } catch (const UsageError& error) {
        return report_usage(session.messages(), session.options().json, error.what(), line.verb);
    } catch (const Error& error) {
        session.messages().error(to_string(error.code()), error.what());
        return exit_code_of(error.code());
    } catch (const std::filesystem::filesystem_error& error) {
        session.messages().error(to_string(ErrorCode::Io), error.what());
        return kFailed;
    } catch (const std::exception& error) {
        session.messages().error("internal", error.what());
        return kFailed;
    }
}

ExitCode execute_command_line(int argc, char** argv) {
    GlobalOptions options;
    CommandLine command_line(options);
    add_verbs(command_line);
    const ParsedLine line = command_line.parse(argc, argv);
    if (line.error) {
        // Parsing may have stopped before this option.
        options.json = std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
    }
    // Created before the session, so that all threads of the library inherit the blocked signals.
    std::optional<Interrupt> interrupt;
    if (line.verb != nullptr && line.verb->cancellable) {
        interrupt.emplace();
    }
    Session session(options, interrupt ? interrupt->token() : std::stop_token());
    return execute(session, line);
}

} // namespace

} // namespace vitrine::tool

int main(int argc, char** argv) {
    // A closed pipe then fails write(2), so that the command can clean up before it ends.
    std::signal(SIGPIPE, SIG_IGN);
    return vitrine::tool::execute_command_line(argc, argv);
}
