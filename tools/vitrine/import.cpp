// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/formats/voc.hpp>

#include "verbs.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::tool {

namespace {

struct ImportArguments {
    std::string source;
    std::string name;
    std::string type = "dataset";
    std::string split;
    std::string description;
    std::vector<std::string> aliases;
};

void print_import_report(Session& session, const Artifact& artifact,
                         const VocImportReport& report) {
    if (session.out().json()) {
        Json skipped = Json::array();
        for (const auto& file : report.skipped) {
            skipped.push_back({{"file", json_text(file.path)}, {"reason", json_text(file.reason)}});
        }
        session.out().document({{"name", artifact.base_name()},
                                {"version", "v" + std::to_string(artifact.version().value_or(0))},
                                {"id", render_hex(artifact.id())},
                                {"digest", artifact.digest()},
                                {"images", report.images},
                                {"boxes", report.boxes},
                                {"without_annotation", report.without_annotation},
                                {"classes", report.classes},
                                {"skipped", skipped}});
        return;
    }
    std::string line = session.out().heading(artifact.name()) + "  " +
                       counted(report.images, "image") + ", " +
                       counted(report.boxes, "box", "boxes") + ", " +
                       counted(report.classes.size(), "class", "classes");
    if (!report.classes.empty()) {
        line += " (" + printable(joined(report.classes)) + ")";
    }
    session.out().line(line);
    if (report.without_annotation > 0) {
        session.messages().log(counted(report.without_annotation, "image has", "images have") +
                               " no annotation");
    }
    for (const auto& file : report.skipped) {
        session.messages().warn("skipped '" + file.path + "': " + file.reason);
    }
}

ExitCode import_voc_folder(Session& session, const ImportArguments& arguments) {
    const Store store = session.open_store(Access::write);
    ArtifactBuilder draft = store.new_artifact(arguments.name, arguments.type);
    draft.set_description(arguments.description);
    const VocImportReport report =
        import_voc(arguments.source, draft, {arguments.split, session.progress()});
    CommitOptions options;
    options.aliases = arguments.aliases;
    options.progress = session.progress();
    const Artifact artifact = store.commit(std::move(draft), options);
    print_import_report(session, artifact, report);
    return report.skipped.empty() ? kDone : kPartial;
}

} // namespace

void add_import(CommandLine& line) {
    line.add_group("import", "Make a version from a dataset of a known format")
        .footer("Examples:\n"
                "  vitrine import voc ./VOC2012 street --split train --alias train\n");
    auto arguments = std::make_shared<ImportArguments>();
    line.add({"import voc",
              [arguments](Session& session) { return import_voc_folder(session, *arguments); },
              true},
             "Pascal VOC: pictures with boxes and classes")
        .required("SRC", arguments->source, "The folder with JPEGImages/ and Annotations/")
        .required("NAME", arguments->name, "The artifact")
        .option("-t,--type", arguments->type, "TYPE", "Its type (dataset)")
        .option("--split", arguments->split, "NAME",
                "Only the pictures listed in ImageSets/Main/<split>.txt")
        .repeated("-a,--alias", arguments->aliases, "ALIAS",
                  "Give the version this alias; may be repeated")
        .option("-d,--description", arguments->description, "TEXT", "A description")
        .footer(
            "The name and caption of a value are its picture's file name without extension. Files\n"
            "that cannot be read are named and left out; the exit code is then 3.\n\n"
            "Examples:\n"
            "  vitrine import voc ./bccd blood-cells\n"
            "  vitrine import voc ./bccd blood-cells-val --split val\n");
}

} // namespace vitrine::tool
