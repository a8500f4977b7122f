// SPDX-License-Identifier: MIT
#include "verbs.hpp"
#include "version_lines.hpp"

#include <memory>
#include <string>

namespace vitrine::tool {

void add_log(CommandLine& line) {
    auto name = std::make_shared<std::string>();
    const auto print_log = [name](Session& session) {
        print_versions(session, session.open_store(Access::read).log(*name));
        return kDone;
    };
    line.add({"log", print_log}, "Print the versions of an artifact, newest first")
        .required("NAME", *name, "The artifact")
        .footer("Examples:\n"
                "  vitrine log blood-cells\n"
                "  vitrine log blood-cells --json | jq -r '.[0].digest'\n");
}

} // namespace vitrine::tool
