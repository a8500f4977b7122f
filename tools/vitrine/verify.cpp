// SPDX-License-Identifier: MIT
#include "damages.hpp"
#include "target.hpp"
#include "verbs.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace fs = std::filesystem;

namespace vitrine::tool {

namespace {

struct VerifyArguments {
    std::string target;
    std::string against;
};

/// `what`: "object", or "file" of a folder.
void print_verify_report(Session& session, const VerifyReport& report, const std::string& what) {
    Output& out = session.out();
    if (out.json()) {
        out.document({{"ok", report.ok()},
                      {"objects", report.objects},
                      {"bytes", report.bytes},
                      {"damages", damages_json(report.damages)}});
        return;
    }
    print_damages(out, report.damages);
    const std::string read = counted(report.objects, what) + ", " + human_size(report.bytes);
    out.line(report.ok() ? "all is well: " + read
                         : counted(report.damages.size(), what + " is", what + "s are") +
                               " damaged, of " + read);
}

/// Throws: UsageError for a folder that does not say what should lie in it.
void check_has_manifest(const Artifact& artifact, const std::string& target) {
    if (!artifact.version() && !fs::exists(fs::path(target) / "wandb_manifest.json")) {
        throw UsageError("folder '" + target +
                         "' has no wandb_manifest.json to compare its files with: name the version "
                         "that they are of with --against NAME:VERSION");
    }
}

VerifyReport verify(Session& session, const VerifyArguments& arguments) {
    if (!arguments.against.empty()) {
        if (arguments.target.empty()) {
            throw UsageError("--against needs the folder that is to be compared");
        }
        return open_target(session, arguments.against)
            .verify_directory(arguments.target, session.progress());
    }
    if (arguments.target.empty()) {
        return session.open_store(Access::write_if_possible).verify(session.progress());
    }
    const Artifact artifact = open_target(session, arguments.target);
    check_has_manifest(artifact, arguments.target);
    return artifact.verify(session.progress());
}

ExitCode verify_target(Session& session, const VerifyArguments& arguments) {
    const VerifyReport report = verify(session, arguments);
    print_verify_report(session, report, arguments.against.empty() ? "object" : "file");
    return report.ok() ? kDone : kDamaged;
}

} // namespace

void add_verify(CommandLine& line) {
    auto arguments = std::make_shared<VerifyArguments>();
    line.add({"verify",
              [arguments](Session& session) { return verify_target(session, *arguments); }, true},
             "Read all bytes and compare their digests")
        .optional("TARGET", arguments->target,
                  std::string(kTargetHelp) + " (default: the whole store)")
        .option("--against", arguments->against, "NAME:VERSION",
                "Compare the files of the folder TARGET with this version, which was checked out "
                "there")
        .footer(
            "Prints each damaged object with its entries and versions; the exit code is then 4.\n"
            "To restore an object, add the same bytes again, or use 'vitrine repair --from "
            "DIR'. A folder without a wandb_manifest.json needs --against.\n\n"
            "Examples:\n"
            "  vitrine verify\n"
            "  vitrine verify blood-cells:v0\n"
            "  vitrine verify ./downloaded\n"
            "  vitrine verify ./cells --against blood-cells:v0\n");
}

} // namespace vitrine::tool
