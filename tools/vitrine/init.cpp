// SPDX-License-Identifier: MIT
#include "store_location.hpp"
#include "verbs.hpp"

#include <memory>
#include <string>

namespace vitrine::tool {

namespace {

struct InitArguments {
    std::string directory;
    std::string durability = "safe";
    std::string dialect;
    std::uint64_t pack_limit = kDefaultPackLimit;
};

ExitCode make_store(Session& session, const InitArguments& arguments) {
    const std::filesystem::path path = arguments.directory.empty()
                                           ? new_store_location(session.options().store)
                                           : std::filesystem::path(arguments.directory);
    StoreOptions options;
    options.durability = arguments.durability == "fast" ? Durability::fast : Durability::safe;
    options.dialect = arguments.dialect;
    options.pack_limit = arguments.pack_limit;
    Store::create(path, options);
    if (session.out().json()) {
        session.out().document({{"store", json_text(path.string())}});
    } else {
        session.out().line("made a store in " + printable(path.string()));
    }
    return kDone;
}

} // namespace

void add_init(CommandLine& line) {
    auto arguments = std::make_shared<InitArguments>();
    line.add({"init", [arguments](Session& session) { return make_store(session, *arguments); }},
             "Make a store")
        .optional("DIR", arguments->directory,
                  "The folder; else --store, $VITRINE_STORE, or .vitrine here")
        .choice("--durability", arguments->durability, {"safe", "fast"},
                "safe (default): a version survives a power cut; fast: for scratch, never flushes")
        .option("--dialect", arguments->dialect, "NAME",
                "The form of W&B's paths and JSON to write, e.g. wandb-0.10")
        .size_option("--pack-limit", arguments->pack_limit, kMaxPackLimit,
                     "Pack objects of at most so many bytes (64K); 0: every object is a file of "
                     "its own, which a checkout can hard-link")
        .footer("Examples:\n"
                "  vitrine init\n"
                "  vitrine init cells.vitrine\n");
}

} // namespace vitrine::tool
