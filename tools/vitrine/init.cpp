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
                  "The folder (default: --store, $VITRINE_STORE, or ./.vitrine)")
        .choice(
            "--durability", arguments->durability, {"safe", "fast"},
            "safe (default): versions survive a power cut; fast: never flushes, for scratch data")
        .option("--dialect", arguments->dialect, "NAME",
                "The version of W&B whose paths and JSON to write, e.g. wandb-0.10")
        .size_option(
            "--pack-limit", arguments->pack_limit, kMaxPackLimit,
            "Pack objects of at most this size (64K); 0: keep each object in its own file, "
            "which a checkout can hard-link")
        .footer("Examples:\n"
                "  vitrine init\n"
                "  vitrine init cells.vitrine\n");
}

} // namespace vitrine::tool
