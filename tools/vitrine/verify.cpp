// SPDX-License-Identifier: MIT
#include "damages.hpp"
#include "target.hpp"
#include "verbs.hpp"

#include <memory>
#include <string>

namespace vitrine::tool {

namespace {

void print_verify_report(Session& session, const VerifyReport& report) {
    Output& out = session.out();
    if (out.json()) {
        out.document({{"ok", report.ok()},
                      {"objects", report.objects},
                      {"bytes", report.bytes},
                      {"damages", damages_json(report.damages)}});
        return;
    }
    print_damages(out, report.damages);
    const std::string read = counted(report.objects, "object") + ", " + human_size(report.bytes);
    out.line(report.ok() ? "all is well: " + read
                         : counted(report.damages.size(), "object is", "objects are") +
                               " damaged, of " + read);
}

ExitCode verify_target(Session& session, const std::string& target) {
    const VerifyReport report =
        target.empty() ? session.open_store(Access::write_if_possible).verify(session.progress())
                       : open_target(session, target).verify(session.progress());
    print_verify_report(session, report);
    return report.ok() ? kDone : kDamaged;
}

} // namespace

void add_verify(CommandLine& line) {
    auto target = std::make_shared<std::string>();
    line.add({"verify", [target](Session& session) { return verify_target(session, *target); },
              true},
             "Read all bytes and compare their digests")
        .optional("TARGET", *target, std::string(kTargetHelp) + " (default: the whole store)")
        .footer(
            "Prints each damaged object with its entries and versions; the exit code is then 4.\n"
            "To restore an object, add the same bytes again, or use 'vitrine repair --from "
            "DIR'.\n\n"
            "Examples:\n"
            "  vitrine verify\n"
            "  vitrine verify blood-cells:v0\n"
            "  vitrine verify ./downloaded\n");
}

} // namespace vitrine::tool
