// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "target.hpp"
#include "verbs.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vitrine::tool {

namespace {

struct RmArguments {
    std::string reference;
    bool dry_run = false;
    bool force = false;
};

Json aliases_json(const RemoveReport& report) {
    Json aliases = Json::array();
    for (const auto& [alias, version] : report.aliases) {
        aliases.push_back({{"alias", alias}, {"version", version}});
    }
    return aliases;
}

/// ", with its alias 'prod'"; "" for a version that has none.
std::string aliases_text(const RemoveReport& report, const std::string& version) {
    std::string text;
    for (const auto& [alias, aliased] : report.aliases) {
        if (aliased == version) {
            text += (text.empty() ? ", with its alias '" : ", '") + printable(alias) + "'";
        }
    }
    return text;
}

RemoveReport remove_from(const Store& store, const RmArguments& arguments) {
    try {
        return store.remove(arguments.reference,
                            {.dry_run = arguments.dry_run, .keep_aliased = !arguments.force});
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Conflict) {
            throw Error(error.code(), std::string(error.what()) + " (--force removes them too)");
        }
        throw;
    }
}

ExitCode remove_versions(Session& session, const RmArguments& arguments) {
    check_reference(arguments.reference);
    if (arguments.reference.find(':') == std::string::npos) {
        throw UsageError("expected NAME:VERSION or 'NAME:*', got '" + arguments.reference + "'");
    }
    const Store store = session.open_store(arguments.dry_run ? Access::read : Access::write);
    const RemoveReport report = remove_from(store, arguments);
    if (session.out().json()) {
        session.out().document({{"dry_run", arguments.dry_run},
                                {"versions", report.versions},
                                {"aliases", aliases_json(report)},
                                {"bytes", report.bytes}});
        return kDone;
    }
    for (const auto& version : report.versions) {
        session.out().line((arguments.dry_run ? "would remove " : "removed ") + version +
                           aliases_text(report, version));
    }
    if (arguments.dry_run && !arguments.force && !report.aliases.empty()) {
        session.messages().log("to remove a version with such an alias, give --force");
    }
    session.messages().log(report.bytes == 0
                               ? "other versions reference all of its bytes"
                               : human_size(report.bytes) +
                                     (arguments.dry_run ? " would be freed by 'vitrine gc'"
                                                        : " can be freed: run 'vitrine gc'"));
    return kDone;
}

} // namespace

void add_rm(CommandLine& line) {
    auto arguments = std::make_shared<RmArguments>();
    line.add({"rm", [arguments](Session& session) { return remove_versions(session, *arguments); }},
             "Remove a version, or all of an artifact")
        .required("NAME:V", arguments->reference, "A version, or 'NAME:*' for all")
        .flag("-n,--dry-run", arguments->dry_run, "Only print what would be removed")
        .flag("-f,--force", arguments->force,
              "Also remove versions that have aliases other than 'latest', which go with them")
        .footer("Objects that other versions reference stay. 'vitrine gc' frees the rest.\n\n"
                "Examples:\n"
                "  vitrine rm blood-cells:v0 --dry-run\n"
                "  vitrine rm 'scratch:*'\n");
}

} // namespace vitrine::tool
