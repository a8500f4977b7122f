// SPDX-License-Identifier: MIT
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
};

ExitCode remove_versions(Session& session, const RmArguments& arguments) {
    check_reference(arguments.reference);
    if (arguments.reference.find(':') == std::string::npos) {
        throw UsageError("expected NAME:VERSION or 'NAME:*', got '" + arguments.reference + "'");
    }
    const Store store = session.open_store(arguments.dry_run ? Access::read : Access::write);
    const RemoveReport report = store.remove(arguments.reference, arguments.dry_run);
    if (session.out().json()) {
        session.out().document({{"dry_run", arguments.dry_run},
                                {"versions", report.versions},
                                {"bytes", report.bytes}});
        return kDone;
    }
    for (const auto& version : report.versions) {
        session.out().line((arguments.dry_run ? "would remove " : "removed ") + version);
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
        .footer("Objects that other versions reference stay. 'vitrine gc' frees the rest.\n\n"
                "Examples:\n"
                "  vitrine rm blood-cells:v0 --dry-run\n"
                "  vitrine rm 'scratch:*'\n");
}

} // namespace vitrine::tool
