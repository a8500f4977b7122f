// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "target.hpp"
#include "value_view.hpp"
#include "verbs.hpp"
#include "version_lines.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace vitrine::tool {

namespace {

struct ShowArguments {
    std::string target;
    std::string value;
};

/// What `show` prints about a version or folder.
struct Summary {
    std::map<std::string, std::uint64_t> values; ///< count by `_type`
    std::uint64_t entries = 0;
    std::uint64_t references = 0;
    std::uint64_t size = 0; ///< bytes of all entries, where known
    std::string base;       ///< "name:v3"
    Lineage lineage;
};

Summary summarize(Session& session, const Artifact& artifact) {
    Summary summary;
    auto entries = artifact.entries();
    for (const Entry& entry : entries) {
        session.check_stop();
        ++summary.entries;
        summary.size += entry.object ? entry.object_size : entry.size.value_or(0);
        summary.references += entry.ref ? 1 : 0;
        if (entry.value_type) {
            ++summary.values[*entry.value_type];
        }
    }
    if (artifact.version()) {
        const Store store = session.open_store(Access::read);
        summary.base = base_name(store.info(artifact.name()));
        summary.lineage = store.lineage(artifact.name());
    }
    return summary;
}

// ---- Lineage

Json versions_json(const std::vector<RunVersion>& versions) {
    Json list = Json::array();
    for (const RunVersion& version : versions) {
        list.push_back({{"name", version.name},
                        {"version", "v" + std::to_string(version.version)},
                        {"id", render_hex(version.id)},
                        {"removed", version.removed}});
    }
    return list;
}

Json runs_json(const std::vector<RunInfo>& runs) {
    Json list = Json::array();
    for (const RunInfo& run : runs) {
        list.push_back({{"run", run.id},
                        {"directory", json_text(run.directory)},
                        {"created", run.created_at},
                        {"used", versions_json(run.used)},
                        {"made", versions_json(run.made)}});
    }
    return list;
}

/// "cells:v0, cells:v1 (removed)"
std::string listed(const std::vector<RunVersion>& versions) {
    std::vector<std::string> names;
    for (const RunVersion& version : versions) {
        names.push_back(version.name + ":v" + std::to_string(version.version) +
                        (version.removed ? " (removed)" : ""));
    }
    return joined(names);
}

/// Returns one line: the run, its folder, and the versions that it used or made.
std::string line_of_run(const RunInfo& run, const char* relation,
                        const std::vector<RunVersion>& versions) {
    const std::string others = listed(versions);
    return "run " + run.id + (run.directory.empty() ? "" : " in " + run.directory) +
           (others.empty() ? "" : std::string(", ") + relation + " " + others);
}

void print_json(Output& out, const Artifact& artifact, const Summary& summary) {
    Json values = Json::object();
    for (const auto& [type, count] : summary.values) {
        values[type] = count;
    }
    const auto version = artifact.version();
    out.document({{"name", json_text(artifact.base_name())},
                  {"version", version ? Json("v" + std::to_string(*version)) : Json()},
                  {"id", render_hex(artifact.id())},
                  {"type", artifact.type()},
                  {"digest", artifact.digest()},
                  {"aliases", artifact.aliases()},
                  {"created", version ? Json(artifact.created_at()) : Json()},
                  {"description", artifact.description()},
                  {"metadata", artifact.metadata()},
                  {"base", summary.base.empty() ? Json() : Json(summary.base)},
                  {"made_by", runs_json(summary.lineage.made_by)},
                  {"used_by", runs_json(summary.lineage.used_by)},
                  {"size", summary.size},
                  {"entries", summary.entries},
                  {"references", summary.references},
                  {"values", values}});
}

void print_text(Output& out, const Artifact& artifact, const Summary& summary) {
    out.line(out.heading(printable(artifact.name())));
    TextTable fields({{""}, {""}});
    const auto field = [&](const char* label, const std::string& text) {
        if (!text.empty()) {
            fields.add({label, printable(text)});
        }
    };
    field("type", artifact.type());
    field("id", render_hex(artifact.id()));
    field("digest", artifact.digest());
    field("aliases", joined(artifact.aliases()));
    field("created", artifact.created_at());
    field("base", summary.base);
    for (const RunInfo& run : summary.lineage.made_by) {
        field("made by", line_of_run(run, "from", run.used));
    }
    for (const RunInfo& run : summary.lineage.used_by) {
        field("used by", line_of_run(run, "for", run.made));
    }
    field("description", artifact.description());
    field("entries", std::to_string(summary.entries));
    if (summary.references > 0) {
        field("references", std::to_string(summary.references));
    }
    field("size", human_size(summary.size));
    const Json metadata = artifact.metadata();
    for (const auto& [key, value] : metadata.items()) {
        field("metadata",
              key + " = " + (value.is_string() ? value.get<std::string>() : render_json(value)));
    }
    out.write(fields.render());
    if (summary.values.empty()) {
        return;
    }
    out.line("");
    TextTable values({{"VALUES"}, {"COUNT", TextTable::Align::right}});
    for (const auto& [type, count] : summary.values) {
        values.add({printable(type), std::to_string(count)});
    }
    out.table(values);
}

ExitCode show_value(Session& session, const Artifact& artifact, const std::string& name) {
    const auto value = artifact.get(name);
    if (!value) {
        throw Error(ErrorCode::NotFound, "no value '" + name + "' in '" + artifact.name() + "'");
    }
    const ArtifactPath path = artifact.get_path(name);
    print_value(session.out(), artifact.name(), path, *value);
    return kDone;
}

ExitCode show_target(Session& session, const ShowArguments& arguments) {
    const Artifact artifact = open_target(session, arguments.target);
    if (!arguments.value.empty()) {
        return show_value(session, artifact, arguments.value);
    }
    const Summary summary = summarize(session, artifact);
    if (session.out().json()) {
        print_json(session.out(), artifact, summary);
    } else {
        print_text(session.out(), artifact, summary);
    }
    return kDone;
}

} // namespace

void add_show(CommandLine& line) {
    auto arguments = std::make_shared<ShowArguments>();
    line.add({"show", [arguments](Session& session) { return show_target(session, *arguments); },
              true},
             "Describe a version, a folder, or one value")
        .required("TARGET", arguments->target, kTargetHelp)
        .optional("VALUE", arguments->value, "The name of a value, to show it in full")
        .footer("Examples:\n"
                "  vitrine show blood-cells\n"
                "  vitrine show blood-cells:v0 BloodImage_00000\n"
                "  vitrine show ./downloaded --json\n");
}

} // namespace vitrine::tool
