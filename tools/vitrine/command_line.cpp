// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include <CLI/CLI.hpp>

#include <deque>
#include <sstream>
#include <utility>

namespace vitrine::tool {

namespace {

constexpr const char* kFooter =
    "The store is that of --store, else of $VITRINE_STORE, else the nearest '.vitrine' in the\n"
    "working directory and its parents. One that was found so and belongs to another user needs\n"
    "--trust, or a line with its path in ~/.config/vitrine/trusted.\n\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done, 4 verify found damage, 5 diff\n"
    "--exit-code found differences, 10 no store found, 11 locked by another process, 130\n"
    "interrupted.\n\n"
    "'vitrine VERB --help' explains a verb, with examples.\n";

constexpr double kMaxLockTimeout = 1e6;

} // namespace

struct CommandLine::Body {
    /// A verb, and its parser.
    struct KnownVerb {
        Verb verb;
        CLI::App* app;
    };

    CLI::App app{"vitrine: an embedded store of versioned datasets and their values", "vitrine"};
    std::deque<KnownVerb> verbs; // pointers to them stay valid
    bool version = false;

    /// The innermost verb or group on the command line.
    const Verb* begun() const {
        for (const auto& known : verbs) {
            if (known.app->parsed()) {
                return &known.verb;
            }
        }
        return nullptr;
    }
};

CommandLine::CommandLine(GlobalOptions& options) : body_(std::make_unique<Body>()) {
    CLI::App& app = body_->app;
    // Verbs inherit this: an option that a verb does not have is taken as a global one.
    app.fallthrough();
    app.require_subcommand(0, 1);
    app.footer(kFooter);
    app.add_option("--store", options.store, "The folder of the store")->type_name("DIR");
    app.add_flag("--trust", options.trust,
                 "Use a store that was found by walking up, even if another user owns it");
    app.add_flag("--json", options.json, "Print one JSON document");
    app.add_flag("-q,--quiet", options.quiet, "No progress and no notes on standard error");
    app.add_flag("--no-color", options.no_color, "No colours (so does $NO_COLOR)");
    app.add_option("--lock-timeout", options.lock_timeout,
                   "How long to wait for another writer (60)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.0, kMaxLockTimeout).description(""));
    app.add_flag("--version", body_->version, "Print the version of vitrine");
}

CommandLine::~CommandLine() = default;

VerbParser CommandLine::add(Verb verb, const std::string& summary) {
    const auto space = verb.name.find(' ');
    CLI::App* parent = &body_->app;
    if (space != std::string::npos) {
        parent = body_->app.get_subcommand(verb.name.substr(0, space));
    }
    const std::string last = space == std::string::npos ? verb.name : verb.name.substr(space + 1);
    CLI::App* app = parent->add_subcommand(last, summary);
    body_->verbs.push_back({std::move(verb), app});
    return VerbParser(app);
}

VerbParser CommandLine::add_group(const std::string& name, const std::string& summary) {
    CLI::App* app = body_->app.add_subcommand(name, summary);
    app->require_subcommand(1);
    return VerbParser(app);
}

ParsedLine CommandLine::parse(int argc, char** argv) {
    ParsedLine line;
    try {
        body_->app.parse(argc, argv);
    } catch (const CLI::Success& call) {
        std::ostringstream help;
        std::ostringstream nothing;
        body_->app.exit(call, help, nothing);
        line.help = help.str();
    } catch (const CLI::ParseError& error) {
        line.error = error.what();
    }
    line.verb = body_->begun();
    line.version = body_->version;
    if (!line.verb && !line.version && !line.help && !line.error) {
        line.error = "a verb is required";
    }
    return line;
}

VerbParser& VerbParser::required(const std::string& name, std::string& value,
                                 const std::string& help) {
    app_->add_option(name, value, help)->required()->type_name("");
    return *this;
}

VerbParser& VerbParser::required(const std::string& name, std::vector<std::string>& values,
                                 const std::string& help) {
    app_->add_option(name, values, help)->required()->type_name("");
    return *this;
}

VerbParser& VerbParser::optional(const std::string& name, std::string& value,
                                 const std::string& help) {
    app_->add_option(name, value, help)->type_name("");
    return *this;
}

VerbParser& VerbParser::option(const std::string& names, std::string& value,
                               const std::string& kind, const std::string& help) {
    app_->add_option(names, value, help)->type_name(kind);
    return *this;
}

VerbParser& VerbParser::option(const std::string& names, std::optional<std::string>& value,
                               const std::string& kind, const std::string& help) {
    app_->add_option(names, value, help)->type_name(kind);
    return *this;
}

VerbParser& VerbParser::hidden_option(const std::string& names, std::optional<std::string>& value) {
    app_->add_option(names, value)->group("");
    return *this;
}

VerbParser& VerbParser::size_option(const std::string& names, std::uint64_t& value,
                                    std::uint64_t limit, const std::string& help) {
    app_->add_option(names, value, help)
        ->type_name("BYTES")
        ->transform(CLI::AsSizeValue(false).description(""))
        ->check(CLI::Range(std::uint64_t{0}, limit).description(""));
    return *this;
}

VerbParser& VerbParser::repeated(const std::string& names, std::vector<std::string>& values,
                                 const std::string& kind, const std::string& help) {
    app_->add_option(names, values, help)->type_name(kind)->expected(1)->take_all();
    return *this;
}

VerbParser& VerbParser::choice(const std::string& names, std::string& value,
                               const std::vector<std::string>& choices, const std::string& help) {
    app_->add_option(names, value, help)
        ->check(CLI::IsMember(choices).description(""))
        ->type_name(joined(choices, "|"));
    return *this;
}

VerbParser& VerbParser::flag(const std::string& names, bool& value, const std::string& help) {
    app_->add_flag(names, value, help);
    return *this;
}

VerbParser& VerbParser::footer(const std::string& text) {
    app_->footer(text);
    return *this;
}

} // namespace vitrine::tool
