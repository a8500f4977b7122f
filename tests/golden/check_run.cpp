// SPDX-License-Identifier: MIT
// Compares what a run wrote with what the SDK's run wrote: files and config.
#include "golden/deviations.hpp"
#include "golden/world.hpp"

namespace vitrine::golden {

namespace {

/// The SDK's files of a run and its config as one JSON, so that deviations can patch them.
Json expected_run(World& world, const Json& record) {
    Json expected{{"files", Json::object()}, {"config_wandb", Json::object()}};
    for (const Json& file : record.at("files")) {
        const auto path = file.at("path").get<std::string>();
        expected["files"][path] = file.at("sha256");
    }
    const Json config = record.value("config_wandb", Json::object());
    for (const auto& [section, items] : config.items()) {
        for (const auto& [key, item] : items.items()) {
            const std::string image = key.substr(0, key.find("_wandb_delimeter_"));
            if (!world.left_out_keys.contains(Json(image).dump())) {
                expected["config_wandb"][section][key] = item;
            }
        }
    }
    const std::string where = "run " + record.at("run").get<std::string>();
    if (const auto* deviation = find_deviation(world.golden.name, where)) {
        expected = deviated(expected, *deviation);
        world.report.deviations.push_back(
            {world.golden.name + ", " + where, std::string(deviation->vitrine)});
    }
    return expected;
}

} // namespace

void check_run(World& world, const Json& record) {
    const auto& [run, ours] = world.runs.at(record.at("run").get<std::string>());
    INFO("files of the run ", record.at("run").get<std::string>());
    const Json expected = expected_run(world, record);
    std::set<std::string> paths;
    for (const auto& item : expected.at("files").items()) {
        const std::string& path = item.key();
        const auto* file = world.substitutions.find(path);
        const std::string disk_path = file != nullptr ? file->path : path;
        paths.insert(disk_path);
        const auto bytes = try_read_file(ours / disk_path);
        if (!bytes && world.left_out.contains(path) && !world.named.contains(path)) {
            continue;
        }
        INFO("the file ", path);
        REQUIRE(bytes.has_value());
        if (file != nullptr) {
            // Its pixels were compared when the substitution was recorded.
            CHECK(sha256_of(*bytes) == file->digests.sha256);
            ++world.report.pictures_compared;
        } else {
            CHECK(sha256_of(*bytes).hex() == item.value().get<std::string>());
            world.report.bytes_compared += bytes->size();
        }
    }
    for (const auto& path : files_below(ours)) {
        if (!path.starts_with("media/")) {
            continue; // history, summary and config come from the SDK's own process, which does not
                      // exist here
        }
        CHECK_MESSAGE(paths.contains(path), "more than the SDK has: ", path);
    }
    CHECK(render_json(run->config_wandb()) == render_json(expected.at("config_wandb")));
}

} // namespace vitrine::golden
