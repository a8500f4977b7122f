// SPDX-License-Identifier: MIT
#include "verbs.hpp"
#include "version_lines.hpp"

#include <memory>
#include <string>

namespace vitrine::tool {

namespace {

struct ListArguments {
    std::string name;
};

ExitCode list_artifacts(Session& session) {
    const auto artifacts = session.open_store(Access::read).list();
    if (session.out().json()) {
        Json document = Json::array();
        for (const auto& artifact : artifacts) {
            document.push_back({{"name", artifact.name},
                                {"type", artifact.type},
                                {"versions", artifact.versions},
                                {"latest", "v" + std::to_string(artifact.latest)}});
        }
        session.out().document(document);
        return kDone;
    }
    TextTable table({{"NAME"}, {"TYPE"}, {"VERSIONS", TextTable::Align::right}, {"LATEST"}});
    for (const auto& artifact : artifacts) {
        table.add({artifact.name, printable(artifact.type), std::to_string(artifact.versions),
                   "v" + std::to_string(artifact.latest)});
    }
    session.out().table(table);
    if (artifacts.empty()) {
        session.messages().log("no artifacts yet");
    }
    return kDone;
}

ExitCode list_artifacts_or_versions(Session& session, const ListArguments& arguments) {
    if (arguments.name.empty()) {
        return list_artifacts(session);
    }
    print_versions(session, session.open_store(Access::read).log(arguments.name));
    return kDone;
}

} // namespace

void add_list(CommandLine& line) {
    auto arguments = std::make_shared<ListArguments>();
    line.add({"list",
              [arguments](Session& session) {
                  return list_artifacts_or_versions(session, *arguments);
              }},
             "List the artifacts, or the versions of one")
        .optional("NAME", arguments->name, "An artifact")
        .footer("Examples:\n"
                "  vitrine list\n"
                "  vitrine list blood-cells\n");
}

} // namespace vitrine::tool
