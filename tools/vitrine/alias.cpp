// SPDX-License-Identifier: MIT
#include "target.hpp"
#include "verbs.hpp"
#include "version_lines.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vitrine::tool {

namespace {

struct AliasArguments {
    std::string reference;
    std::vector<std::string> add;
    std::vector<std::string> remove;
};

ExitCode change_aliases(Session& session, const AliasArguments& arguments) {
    check_reference(arguments.reference);
    const bool changes = !arguments.add.empty() || !arguments.remove.empty();
    const Store store = session.open_store(changes ? Access::write : Access::read);
    // The reference may use an alias that is about to be removed.
    const std::string version = version_name(store.info(arguments.reference));
    if (changes) {
        store.set_aliases(version, arguments.add, arguments.remove);
    }
    const VersionInfo info = store.info(version);
    if (session.out().json()) {
        session.out().document({{"name", info.name},
                                {"version", "v" + std::to_string(info.version)},
                                {"aliases", info.aliases}});
    } else {
        session.out().line(version + "  " +
                           (info.aliases.empty() ? "no aliases" : joined(info.aliases)));
    }
    return kDone;
}

} // namespace

void add_alias(CommandLine& line) {
    auto arguments = std::make_shared<AliasArguments>();
    line.add({"alias",
              [arguments](Session& session) { return change_aliases(session, *arguments); }},
             "Set and remove aliases of a version")
        .required("NAME:V", arguments->reference, "The version")
        .repeated("-a,--add", arguments->add, "ALIAS",
                  "Set an alias; it moves here from any other version")
        .repeated("-r,--remove", arguments->remove, "ALIAS", "Remove an alias")
        .footer("Without --add and --remove, prints the aliases.\n\n"
                "Examples:\n"
                "  vitrine alias blood-cells:v0 --add train --add reviewed\n"
                "  vitrine alias blood-cells:train --remove reviewed\n");
}

} // namespace vitrine::tool
