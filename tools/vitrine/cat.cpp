// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>

#include "target.hpp"
#include "verbs.hpp"

#include <memory>
#include <string>

namespace vitrine::tool {

namespace {

struct CatArguments {
    std::string target;
    std::string path;
};

ExitCode print_bytes(Session& session, const CatArguments& arguments) {
    const Artifact artifact = open_target(session, arguments.target);
    const ArtifactPath path = artifact.get_path(arguments.path);
    const std::string bytes = path.read();
    if (session.out().json()) {
        session.out().document(
            {{"path", path.path()}, {"size", bytes.size()}, {"base64", render_base64(bytes)}});
    } else {
        session.out().write(bytes);
    }
    return kDone;
}

} // namespace

void add_cat(CommandLine& line) {
    auto arguments = std::make_shared<CatArguments>();
    line.add({"cat", [arguments](Session& session) { return print_bytes(session, *arguments); }},
             "Write the bytes of an entry to standard output")
        .required("TARGET", arguments->target, kTargetHelp)
        .required("PATH", arguments->path, "An entry, or the name of a value (its JSON)")
        .footer("Examples:\n"
                "  vitrine cat blood-cells:v0 BloodImage_00000\n"
                "  vitrine cat blood-cells:v0 media/images/9b2c0c0e/a.jpg > a.jpg\n");
}

} // namespace vitrine::tool
