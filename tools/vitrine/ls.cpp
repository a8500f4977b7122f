// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "entry_view.hpp"
#include "target.hpp"
#include "verbs.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace vitrine::tool {

namespace {

struct LsArguments {
    std::string target;
    std::string prefix;
};

/// Returns the number of bytes that a reader would get, if known.
std::optional<std::uint64_t> entry_bytes(const Entry& entry) {
    return entry.object ? entry.object_size : entry.size;
}

/// The widths are fixed, so that each line is printed as soon as its entry is read.
std::string entry_line(const Output& out, const Entry& entry) {
    const auto bytes = entry_bytes(entry);
    const std::string size = bytes ? human_size(*bytes) : "-";
    const std::string digest = entry.object ? short_digest(entry.object->hex()) : "-";
    std::array<char, 64> columns{};
    std::snprintf(columns.data(), columns.size(), "%10s  %-12s  ", size.c_str(), digest.c_str());
    std::string line = columns.data() + printable(entry.path.str());
    if (entry.ref) {
        line += out.faint(" -> " + printable(*entry.ref));
    }
    return line;
}

/// A folder ("slides", "slides/") or the beginning of a path ("slides/a").
EntryRange entries_below(const Artifact& artifact, const std::string& prefix) {
    const auto slash = prefix.rfind('/');
    return artifact.entries(slash == std::string::npos ? "" : prefix.substr(0, slash));
}

ExitCode list_entries(Session& session, const LsArguments& arguments) {
    const Artifact artifact = open_target(session, arguments.target);
    JsonArrayWriter array(session.out());
    std::uint64_t printed = 0;
    auto range = entries_below(artifact, arguments.prefix);
    for (const Entry& entry : range) {
        session.check_stop();
        if (!entry.path.str().starts_with(arguments.prefix)) {
            continue;
        }
        ++printed;
        if (session.out().json()) {
            array.add(entry_json(entry));
        } else {
            session.out().line(entry_line(session.out(), entry));
        }
    }
    if (printed == 0 && !arguments.prefix.empty()) {
        throw Error(ErrorCode::NotFound,
                    "no entry of '" + artifact.name() + "' begins with '" + arguments.prefix + "'");
    }
    if (session.out().json()) {
        array.finish();
    }
    return kDone;
}

} // namespace

void add_ls(CommandLine& line) {
    auto arguments = std::make_shared<LsArguments>();
    line.add({"ls", [arguments](Session& session) { return list_entries(session, *arguments); },
              true},
             "List the entries of a version or folder")
        .required("TARGET", arguments->target, kTargetHelp)
        .optional("PREFIX", arguments->prefix, "Only paths with this prefix")
        .footer("Prints size, first digits of the SHA-256, path, and the target of a reference.\n\n"
                "Examples:\n"
                "  vitrine ls blood-cells:v0\n"
                "  vitrine ls blood-cells media/images/\n"
                "  vitrine ls ./downloaded --json\n");
}

} // namespace vitrine::tool
