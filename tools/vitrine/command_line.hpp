// SPDX-License-Identifier: MIT
#pragma once

#include "session.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace vitrine::tool {

/// What one verb does.
struct Verb {
    std::string name; ///< "ls", "import voc"
    std::function<ExitCode(Session&)> execute;
    /// Whether Ctrl-C requests a stop. If not, it ends the process at once, which is safe for the
    /// store at any moment.
    bool cancellable = false;
};

/// Declares the arguments of a verb. The variables must live as long as the command line.
class VerbParser {
public:
    explicit VerbParser(CLI::App* app) : app_(app) {}

    VerbParser& required(const std::string& name, std::string& value, const std::string& help);
    VerbParser& required(const std::string& name, std::vector<std::string>& values,
                         const std::string& help);
    VerbParser& optional(const std::string& name, std::string& value, const std::string& help);
    /// `names` is "-t,--type"; `kind` names the value in the help.
    VerbParser& option(const std::string& names, std::string& value, const std::string& kind,
                       const std::string& help);
    VerbParser& option(const std::string& names, std::optional<std::string>& value,
                       const std::string& kind, const std::string& help);
    /// An older spelling of an option, which the help does not show.
    VerbParser& hidden_option(const std::string& names, std::optional<std::string>& value);
    /// A number of bytes: 65536, 64K, 1M. At most `limit`.
    VerbParser& size_option(const std::string& names, std::uint64_t& value, std::uint64_t limit,
                            const std::string& help);
    /// An option that may be given many times, with one value each.
    VerbParser& repeated(const std::string& names, std::vector<std::string>& values,
                         const std::string& kind, const std::string& help);
    /// An option whose value is one of `choices`.
    VerbParser& choice(const std::string& names, std::string& value,
                       const std::vector<std::string>& choices, const std::string& help);
    VerbParser& flag(const std::string& names, bool& value, const std::string& help);
    /// Sets the text below the options: notes and examples.
    VerbParser& footer(const std::string& text);

private:
    CLI::App* app_;
};

/// The result of parsing: a verb, a text to print, or an error.
struct ParsedLine {
    const Verb* verb = nullptr; ///< to execute, or to which the error belongs
    bool version = false;
    std::optional<std::string> help;
    std::optional<std::string> error;
};

/// The verbs, and the options that all of them take. Only command_line.cpp uses the parser's
/// library.
class CommandLine {
public:
    explicit CommandLine(GlobalOptions& options);
    ~CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    /// `verb.name` may have two words; the first is then a group (see add_group).
    VerbParser add(Verb verb, const std::string& summary);
    VerbParser add_group(const std::string& name, const std::string& summary);

    ParsedLine parse(int argc, char** argv);

private:
    struct Body;
    std::unique_ptr<Body> body_;
};

} // namespace vitrine::tool
