// SPDX-License-Identifier: MIT
#include "verbs.hpp"

#include <string>

namespace vitrine::tool {

namespace {

ExitCode print_stats(Session& session) {
    const StoreStats stats = session.open_store(Access::read).stats();
    if (session.out().json()) {
        session.out().document({{"artifacts", stats.artifacts},
                                {"versions", stats.versions},
                                {"objects", stats.objects},
                                {"object_bytes", stats.object_bytes},
                                {"manifest_bytes", stats.manifest_bytes},
                                {"logical_bytes", stats.logical_bytes},
                                {"stored_bytes", stats.stored_bytes}});
        return kDone;
    }
    TextTable table({{""}, {"", TextTable::Align::right}, {""}});
    table.add({"artifacts", std::to_string(stats.artifacts), ""});
    table.add({"versions", std::to_string(stats.versions), ""});
    table.add({"objects", std::to_string(stats.objects), ""});
    table.add({"object bytes", human_size(stats.object_bytes), "each once"});
    table.add({"manifest bytes", human_size(stats.manifest_bytes), ""});
    table.add({"logical bytes", human_size(stats.logical_bytes), "all entries of all versions"});
    table.add({"stored bytes", human_size(stats.stored_bytes), "with what gc would free"});
    session.out().write(table.render());
    return kDone;
}

} // namespace

void add_stats(CommandLine& line) {
    line.add({"stats", print_stats}, "Print the size of the store and of its contents")
        .footer("Examples:\n"
                "  vitrine stats\n"
                "  vitrine stats --json\n");
}

} // namespace vitrine::tool
