// SPDX-License-Identifier: MIT
#include "target.hpp"
#include "verbs.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vitrine::tool {

namespace {

const std::map<std::string, LinkMode> kLinkModes = {{"auto", LinkMode::automatic},
                                                    {"reflink", LinkMode::reflink},
                                                    {"copy", LinkMode::copy},
                                                    {"hardlink", LinkMode::hardlink}};

struct CheckoutArguments {
    std::string target;
    std::string directory;
    std::string link = "auto";
    bool self_contained = false;
    bool force = false;
    bool mirror = false;
};

/// ": 3 hard links, 1 copy".
std::string ways_of(const CheckoutReport& report) {
    std::string ways;
    const auto say = [&](std::uint64_t count, const std::string& what) {
        if (count > 0) {
            ways += (ways.empty() ? ": " : ", ") + what;
        }
    };
    say(report.hard_links, counted(report.hard_links, "hard link"));
    say(report.reflinks, counted(report.reflinks, "reflink"));
    say(report.copies, counted(report.copies, "copy", "copies"));
    say(report.unchanged, counted(report.unchanged, "file") + " unchanged");
    say(report.replaced, std::to_string(report.replaced) + " replaced");
    say(report.removed, std::to_string(report.removed) + " removed");
    return ways;
}

Json texts_json(const std::vector<std::string>& texts) {
    Json list = Json::array();
    for (const std::string& text : texts) {
        list.push_back(json_text(text));
    }
    return list;
}

Json conflicts_json(const std::vector<CheckoutConflict>& conflicts) {
    Json list = Json::array();
    for (const CheckoutConflict& conflict : conflicts) {
        list.push_back(
            {{"path", json_text(conflict.path)}, {"reason", json_text(conflict.reason)}});
    }
    return list;
}

/// Names what became of what lay in the folder.
void print_what_lay_there(Messages& messages, const CheckoutReport& report) {
    for (const CheckoutConflict& conflict : report.conflicts) {
        messages.warn("left " + printable(conflict.path) + ": " + printable(conflict.reason));
    }
    if (!report.conflicts.empty()) {
        messages.warn("use --force to replace what was left");
    }
    for (const std::string& path : report.overwritten) {
        messages.warn("replaced " + printable(path) + ", which is in no version");
    }
    for (const std::string& path : report.left_behind) {
        messages.log(printable(path) + " is of another version and was left");
    }
    if (!report.left_behind.empty()) {
        messages.log("use --mirror to remove the files of other versions");
    }
}

void print_checkout_report(Session& session, const CheckoutReport& report,
                           const std::string& directory) {
    if (session.out().json()) {
        session.out().document({{"directory", json_text(directory)},
                                {"files", report.files},
                                {"bytes", report.bytes},
                                {"unchanged", report.unchanged},
                                {"hard_links", report.hard_links},
                                {"reflinks", report.reflinks},
                                {"copies", report.copies},
                                {"values_with_sources", report.values_with_sources},
                                {"skipped", texts_json(report.skipped)},
                                {"warnings", report.warnings},
                                {"notes", report.warnings},
                                {"replaced", report.replaced},
                                {"removed", report.removed},
                                {"conflicts", conflicts_json(report.conflicts)},
                                {"overwritten", texts_json(report.overwritten)},
                                {"left_behind", texts_json(report.left_behind)}});
        return;
    }
    session.out().line(counted(report.files, "file") + ", " + human_size(report.bytes) + " in " +
                       printable(directory) + ways_of(report));
    for (const auto& text : report.skipped) {
        session.messages().warn("skipped " + text);
    }
    print_what_lay_there(session.messages(), report);
    for (const auto& text : report.warnings) {
        session.messages().log(text);
    }
    if (report.values_with_sources > 0) {
        session.messages().log(counted(report.values_with_sources, "value needs", "values need") +
                               " files of other artifacts: use --self-contained to write them too");
    }
}

ExitCode check_out(Session& session, const CheckoutArguments& arguments) {
    const Artifact artifact = open_target(session, arguments.target, Access::write_if_possible);
    CheckoutOptions options;
    options.link = kLinkModes.at(arguments.link);
    options.self_contained = arguments.self_contained;
    options.conflict = arguments.force ? Conflict::replace : Conflict::keep;
    options.mirror = arguments.mirror;
    options.progress = session.progress();
    const CheckoutReport report = artifact.checkout(arguments.directory, options);
    print_checkout_report(session, report, arguments.directory);
    return report.is_complete() ? kDone : kPartial;
}

} // namespace

void add_checkout(CommandLine& line) {
    auto arguments = std::make_shared<CheckoutArguments>();
    line.add({"checkout", [arguments](Session& session) { return check_out(session, *arguments); },
              true},
             "Write the files of a version into a folder")
        .required("TARGET", arguments->target, kTargetHelp)
        .required("DIR", arguments->directory, "The folder; created if it is missing")
        .choice("--link", arguments->link, {"auto", "reflink", "copy", "hardlink"},
                "How files are made. auto: reflink, else copy; hardlink: read-only, and an edit "
                "in place damages every version. Packed objects are always copied")
        .flag("--self-contained", arguments->self_contained,
              "Also write wandb_manifest.json, and what references need below .sources/")
        .flag("--force", arguments->force,
              "Also replace files, links and folders that no version of the store can give back; "
              "each is named")
        .flag("--mirror", arguments->mirror,
              "Also remove the files of other versions of the same name that this one does not "
              "have")
        .footer("A file that lies in the way is replaced if a version of the store has its bytes. "
                "All else is left\nand named, unless --force is given; so is a symbolic link.\n\n"
                "Exit code 3: some entries were left out; each is named.\n\n"
                "Examples:\n"
                "  vitrine checkout blood-cells:v0 ./cells\n"
                "  vitrine checkout hard-cells:v0 ./hard --self-contained\n"
                "  vitrine checkout blood-cells:v1 ./cells --mirror\n");
}

} // namespace vitrine::tool
