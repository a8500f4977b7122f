// SPDX-License-Identifier: MIT
#include "target.hpp"
#include "verbs.hpp"

#include <memory>
#include <string>

namespace vitrine::tool {

namespace {

Json report_json(const VerifyReport& report) {
    Json damages = Json::array();
    for (const auto& damage : report.damages) {
        Json entries = Json::array();
        for (const auto& entry : damage.entries) {
            entries.push_back(json_text(entry));
        }
        damages.push_back({{"object", json_text(damage.object)},
                           {"problem", json_text(damage.problem)},
                           {"entries", entries},
                           {"versions", damage.versions}});
    }
    return {{"ok", report.ok()},
            {"objects", report.objects},
            {"bytes", report.bytes},
            {"damages", damages}};
}

void print_list(Output& out, const std::string& title, const std::vector<std::string>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        out.line("  " + (i == 0 ? title : std::string(title.size(), ' ')) + "  " +
                 printable(items[i]));
    }
}

void print_report(Session& session, const VerifyReport& report) {
    Output& out = session.out();
    if (out.json()) {
        out.document(report_json(report));
        return;
    }
    for (const auto& damage : report.damages) {
        out.line(out.heading("damaged " + printable(damage.object)) + ": " +
                 printable(damage.problem));
        print_list(out, "entries ", damage.entries);
        print_list(out, "versions", damage.versions);
    }
    const std::string read = counted(report.objects, "object") + ", " + human_size(report.bytes);
    out.line(report.ok() ? "all is well: " + read
                         : counted(report.damages.size(), "object is", "objects are") +
                               " damaged, of " + read);
}

ExitCode run(Session& session, const std::string& target) {
    const VerifyReport report = target.empty()
                                    ? session.open_store(Access::write).verify(session.progress())
                                    : open_target(session, target).verify(session.progress());
    print_report(session, report);
    return report.ok() ? kDone : kDamaged;
}

} // namespace

void add_verify(CommandLine& line) {
    auto target = std::make_shared<std::string>();
    line.add({"verify", [target](Session& session) { return run(session, *target); }, true},
             "Read all bytes and compare their digests")
        .optional("TARGET", *target, std::string(kTargetHelp) + "; the whole store if left out")
        .footer("Damage is named by object, entries and versions, and gives exit code 4.\n\n"
                "Examples:\n"
                "  vitrine verify\n"
                "  vitrine verify blood-cells:v0\n"
                "  vitrine verify ./downloaded\n");
}

} // namespace vitrine::tool
