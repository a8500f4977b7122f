// SPDX-License-Identifier: MIT
#include "verbs.hpp"

#include <memory>
#include <string>

namespace vitrine::tool {

namespace {

void print_report(Session& session, const GcReport& report, bool dry_run) {
    if (session.out().json()) {
        session.out().document({{"dry_run", dry_run},
                                {"freed_objects", report.freed_objects},
                                {"freed_bytes", report.freed_bytes},
                                {"waiting_objects", report.waiting_objects},
                                {"waiting_bytes", report.waiting_bytes},
                                {"readers", report.readers}});
        return;
    }
    std::string line = dry_run ? "would free " : "freed ";
    line += report.freed_objects == 0
                ? "nothing"
                : human_size(report.freed_bytes) + " in " + counted(report.freed_objects, "file");
    session.out().line(line);
    if (report.waiting_objects > 0) {
        session.out().line(human_size(report.waiting_bytes) + " in " +
                           counted(report.waiting_objects, "file") +
                           (report.waiting_objects == 1 ? " waits for " : " wait for ") +
                           counted(report.readers, "reader"));
    }
}

ExitCode run(Session& session, bool dry_run) {
    const GcOptions options{dry_run, session.progress()};
    print_report(session, session.open_store(Access::write).gc(options), dry_run);
    return kDone;
}

} // namespace

void add_gc(CommandLine& line) {
    auto dry_run = std::make_shared<bool>(false);
    line.add({"gc", [dry_run](Session& session) { return run(session, *dry_run); }, true},
             "Free what no version needs and nobody reads")
        .flag("-n,--dry-run", *dry_run, "Only say what would be freed")
        .footer("What an open reader or draft may still need waits, and goes at a later gc.\n\n"
                "Examples:\n"
                "  vitrine gc --dry-run\n"
                "  vitrine gc\n");
}

} // namespace vitrine::tool
