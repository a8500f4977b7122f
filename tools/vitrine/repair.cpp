// SPDX-License-Identifier: MIT
#include "damages.hpp"
#include "verbs.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace vitrine::tool {

namespace {

Json repair_json(const RepairReport& report) {
    Json notes = Json::array();
    for (const auto& note : report.notes) {
        notes.push_back(json_text(note));
    }
    Json losses = Json::array();
    for (const auto& loss : report.losses) {
        losses.push_back({{"what", json_text(loss.what)}, {"problem", json_text(loss.problem)}});
    }
    return {{"ok", report.ok()},
            {"versions", report.versions},
            {"objects", report.objects},
            {"bytes", report.bytes},
            {"restored_objects", report.restored_objects},
            {"restored_bytes", report.restored_bytes},
            {"healed_objects", report.restored_objects}, // the older names of the two
            {"healed_bytes", report.restored_bytes},
            {"notes", notes},
            {"losses", losses},
            {"damages", damages_json(report.damages)}};
}

void print_repair_report(Session& session, const RepairReport& report) {
    Output& out = session.out();
    if (out.json()) {
        out.document(repair_json(report));
        return;
    }
    for (const auto& note : report.notes) {
        out.line(printable(note));
    }
    for (const auto& loss : report.losses) {
        out.line(out.heading("lost " + printable(loss.what)) + ": " + printable(loss.problem));
    }
    print_damages(out, report.damages);
    if (report.restored_objects > 0) {
        out.line("restored " + counted(report.restored_objects, "object") + ", " +
                 human_size(report.restored_bytes));
    }
    out.line(std::string(report.ok() ? "all is well: " : "repaired: ") +
             counted(report.versions, "version") + "; read " + counted(report.objects, "object") +
             ", " + human_size(report.bytes));
}

ExitCode repair_store(Session& session, const std::vector<std::string>& from) {
    const RepairOptions options{{from.begin(), from.end()}, session.progress()};
    const RepairReport report = Store::repair(session.store_location(), options);
    print_repair_report(session, report);
    return report.ok() ? kDone : kPartial;
}

} // namespace

void add_repair(CommandLine& line) {
    auto from = std::make_shared<std::vector<std::string>>();
    line.add({"repair", [from](Session& session) { return repair_store(session, *from); }, true},
             "Rebuild the catalogue from the files, and restore damaged objects")
        .repeated("--from", *from, "DIR",
                  "A folder (a checkout, an old copy of the store) to restore lost bytes from")
        .footer(
            "Reads and checks every byte of the store; no other process may have the store open.\n"
            "Losses are named, with what they belonged to; the exit code is then 3. Files that\n"
            "cannot be used are moved below 'lost' in the store. If repair fails, the old\n"
            "catalogue stays in use.\n\n"
            "Examples:\n"
            "  vitrine repair\n"
            "  vitrine repair --from ./checkout --from /backup/cells.vitrine\n");
}

} // namespace vitrine::tool
