// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/manifest/manifest.hpp>

#include "sources.hpp"
#include "verbs.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::tool {

namespace {

constexpr const char* kDefaultType = "dataset";

struct AddArguments {
    std::string name;
    std::vector<std::string> sources;
    std::string type;
    std::vector<std::string> aliases;
    std::vector<std::string> metadata;
    std::string from;
    std::string as;
    std::optional<std::string> description;
    bool mirror = false;
    bool move = false;
    bool no_checksum = false;
    bool force = false;
    bool allow_diverged = false;
};

/// Returns the latest version of a name, if there is one.
std::optional<VersionInfo> latest_of(const Store& store, const std::string& name) {
    try {
        return store.info(name);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound) {
            return std::nullopt;
        }
        throw;
    }
}

void check(const AddArguments& arguments) {
    if (!arguments.mirror) {
        return;
    }
    if (arguments.from.empty()) {
        throw UsageError("--mirror needs --from: without it there is nothing to remove");
    }
    const bool mirrors_nothing =
        arguments.force && arguments.sources.size() == 1 && !exists(arguments.sources[0]);
    if (arguments.sources.size() != 1 ||
        (!mirrors_nothing && source_kind(arguments.sources[0]) != SourceKind::folder)) {
        throw UsageError("--mirror needs one folder as its only source");
    }
}

ArtifactBuilder make_draft(const Store& store, const AddArguments& arguments,
                           const std::optional<Artifact>& base,
                           const std::optional<VersionInfo>& latest) {
    if (!base) {
        const std::string known_type = latest ? latest->type : kDefaultType;
        return store.new_artifact(arguments.name,
                                  arguments.type.empty() ? known_type : arguments.type);
    }
    if (base->base_name() != arguments.name) {
        throw UsageError("--from must name a version of '" + arguments.name + "', got '" +
                         arguments.from + "'");
    }
    if (!arguments.type.empty() && arguments.type != base->type()) {
        throw Error(ErrorCode::Conflict, "artifact '" + arguments.name + "' has type '" +
                                             base->type() + "', got '" + arguments.type + "'");
    }
    return base->new_draft();
}

/// Sets metadata from K=V pairs; V is parsed as JSON, or else taken as text.
void set_metadata(ArtifactBuilder& draft, const std::vector<std::string>& pairs) {
    if (pairs.empty()) {
        return;
    }
    Json metadata = draft.metadata();
    for (const auto& pair : pairs) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw UsageError("expected --meta KEY=VALUE, got '" + pair + "'");
        }
        const std::string value = pair.substr(equals + 1);
        Json& member = metadata[pair.substr(0, equals)];
        try {
            member = parse_json(value);
        } catch (const Error&) {
            member = value; // most values are plain words
        }
    }
    draft.set_metadata(std::move(metadata));
}

/// The longest name of a file that the usual file systems have.
constexpr std::size_t kLongestName = 255;

/// Warns of an entry that a checkout will leave out.
void warn_of_long_name(Session& session, const std::string& path) {
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        if (end - begin > kLongestName) {
            session.messages().warn("'" + printable(path) +
                                    "' has a name of more than 255 bytes: " +
                                    "most file systems cannot have it, and checkout leaves it out");
            return;
        }
        begin = end + 1;
    }
}

void fill(const Store& store, ArtifactBuilder& draft, const AddArguments& arguments,
          Session& session) {
    SourceOptions options;
    warn_of_long_name(session, arguments.as);
    options.as = arguments.as;
    options.as_folder = arguments.sources.size() > 1 || arguments.as.ends_with('/');
    options.move = arguments.move;
    options.mirror = arguments.mirror;
    options.allow_empty = arguments.force;
    options.left_out = [&](const std::string& folder) {
        session.messages().warn("left out, since it is the folder of a store: '" + folder + "'");
    };
    options.checksum = !arguments.no_checksum;
    options.progress = session.progress();
    for (const auto& source : arguments.sources) {
        session.check_stop();
        if (holds_password(source)) {
            session.messages().warn("the URI holds a password, which every reader of the "
                                    "version can see: keep it in ~/.netrc instead");
        }
        add_source(store, draft, source, options);
    }
    set_metadata(draft, arguments.metadata);
    if (arguments.description) {
        draft.set_description(*arguments.description);
    }
}

void print_result(Session& session, const Artifact& artifact, bool unchanged,
                  const std::optional<Artifact>& base) {
    const ManifestChanges changes =
        count_changes(base ? base->manifest() : Manifest(), artifact.manifest());
    if (session.out().json()) {
        session.out().document({{"name", artifact.base_name()},
                                {"version", "v" + std::to_string(artifact.version().value_or(0))},
                                {"id", render_hex(artifact.id())},
                                {"digest", artifact.digest()},
                                {"unchanged", unchanged},
                                {"entries", artifact.manifest().size()},
                                {"added", changes.added},
                                {"changed", changes.changed},
                                {"removed", changes.removed}});
        return;
    }
    if (unchanged) {
        session.out().line("unchanged, is " + artifact.name());
        return;
    }
    std::string line = session.out().heading(artifact.name()) + "  " +
                       counted(artifact.manifest().size(), "entry", "entries");
    if (base) {
        line += ": " + std::to_string(changes.added) + " added, " +
                std::to_string(changes.changed) + " changed, " + std::to_string(changes.removed) +
                " removed since " + base->name();
    }
    session.out().line(line);
}

ExitCode add_version(Session& session, const AddArguments& arguments) {
    check(arguments);
    const Store store = session.open_store(Access::write);
    const auto latest = latest_of(store, arguments.name);
    std::optional<Artifact> base;
    if (!arguments.from.empty()) {
        base = store.artifact(arguments.from);
    }
    ArtifactBuilder draft = make_draft(store, arguments, base, latest);
    fill(store, draft, arguments, session);
    CommitOptions options;
    options.aliases = arguments.aliases;
    options.allow_diverged = arguments.allow_diverged;
    options.progress = session.progress();
    const Artifact artifact = store.commit(std::move(draft), options);
    const bool unchanged = latest && latest->id == artifact.id();
    print_result(session, artifact, unchanged, base);
    return kDone;
}

} // namespace

void add_add(CommandLine& line) {
    auto arguments = std::make_shared<AddArguments>();
    line.add({"add", [arguments](Session& session) { return add_version(session, *arguments); },
              true},
             "Make a new version of an artifact")
        .required("NAME", arguments->name, "The artifact")
        .required("SOURCE", arguments->sources,
                  "A file, a folder, a URI, or NAME:VERSION/PATH; the first that matches, in this "
                  "order")
        .option("-t,--type", arguments->type, "TYPE",
                "Its type (default: the artifact's type, or dataset)")
        .repeated("-a,--alias", arguments->aliases, "ALIAS",
                  "Give the version this alias; may be repeated")
        .repeated("-m,--meta", arguments->metadata, "KEY=VALUE",
                  "Metadata; VALUE may be JSON; may be repeated")
        .option("-d,--description", arguments->description, "TEXT", "A description")
        .option("--from", arguments->from, "NAME:V", "Start from all entries of this version")
        .flag("--mirror", arguments->mirror,
              "With --from and a folder: remove entries that the folder does not have")
        .flag("-f,--force", arguments->force,
              "With --mirror: also if the folder is empty or missing, which removes all entries")
        .flag("--allow-diverged", arguments->allow_diverged,
              "With --from: commit even if another version became the latest meanwhile, and drop "
              "its changes")
        .option("--as", arguments->as, "PATH",
                "Its path in the artifact; a folder if it ends with '/', or with more than one "
                "SOURCE")
        .flag("--move", arguments->move,
              "Remove the files after the commit, unless they changed meanwhile")
        .flag("--no-checksum", arguments->no_checksum,
              "Do not read what a URI names: record only the URI")
        .footer(
            "Files of a folder keep their relative paths. A URI becomes a reference, and so does\n"
            "an entry or value of another version: no byte is copied.\n"
            "URIs are file://, http://, https://, s3:// and gs:// (one object, or all below a\n"
            "folder). Credentials are found where the tools of AWS and Google find them, and in\n"
            "~/.netrc. Other URIs are recorded unread and need --as.\n"
            "If nothing differs from the latest version, no version is made.\n\n"
            "Examples:\n"
            "  vitrine add cells ./pictures --alias raw --meta lab=north\n"
            "  vitrine add cells ./pictures --from cells:latest --mirror\n"
            "  vitrine add cells s3://bucket/slides --as slides\n"
            "  vitrine add picks cells:v0/slides/7 cells:v0/slides/9\n");
}

} // namespace vitrine::tool
