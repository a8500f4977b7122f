// SPDX-License-Identifier: MIT
// Steps that log values to runs.
#include <vitrine/media/classes.hpp>
#include <vitrine/media/media.hpp>

#include "golden/scripted_sink.hpp"
#include "golden/value_kinds.hpp"
#include "golden/world.hpp"

namespace vitrine::golden {

namespace {

GoldenRun& run_named(World& world, const Json& name) {
    if (name.is_null()) {
        throw NotExpressible{"None for a run, which is a reference"};
    }
    return world.runs.at(name.get<std::string>());
}

/// The folder with the SDK's files of a run.
std::filesystem::path golden_run(const World& world, const std::string& name) {
    for (const Json& record : world.golden.json.at("runs")) {
        if (record.at("run") == name) {
            return world.golden.data / record.at("dir").get<std::string>();
        }
    }
    throw std::runtime_error("no record of the run " + name);
}

/// Compares what a run wrote with what the SDK wrote, except encoded pictures.
void check_run_json(World& world, const Json& run, const Json& actual, const Json& recorded,
                    std::string_view what) {
    const auto name = run.get<std::string>();
    const auto theirs = golden_run(world, name);
    const auto ours = world.runs.at(name).folder;
    world.substitutions.learn(
        recorded, actual, [&](const std::string& path) { return try_read_file(theirs / path); },
        [&](const std::string& path) { return try_read_file(ours / path); });
    check_same(actual, world.substitutions.apply(recorded), what);
}

/// Converts what Python logs to what is logged here.
Cell logged(World& world, const Json& recorded) {
    if (is_tag(recorded, "$value")) {
        return Cell(world.value(recorded.at("$value")));
    }
    if (is_tag(recorded, "$tuple")) {
        return logged(world, recorded.at("$tuple"));
    }
    if (recorded.is_array()) {
        Cell::List items;
        for (const auto& item : recorded) {
            items.push_back(logged(world, item));
        }
        return items;
    }
    if (!recorded.is_object() ||
        (recorded.size() == 1 && recorded.begin().key().starts_with("$"))) {
        return Cell(plain(recorded));
    }
    Cell::Dictionary members;
    for (const auto& [key, member] : recorded.items()) {
        members.emplace_back(key, logged(world, member));
    }
    return members;
}

/// A case whose generator made constants of the SDK smaller, so that its data stays small.
void refuse_lowered_limits(const World& world) {
    if (world.golden.json.contains("real_limits")) {
        throw NotExpressible{"a limit of rows other than the constant that it is"};
    }
}

} // namespace

Run& run_of(World& world, const Json& argument) {
    return *run_named(world, argument.is_null() ? argument : argument.at("$value")).run;
}

void step_run(World& world, const Json& step) {
    const auto name = step.at("id").get<std::string>();
    auto& made = world.runs[name];
    made.folder = world.temporary.path() / "runs" / name;
    made.run = std::make_unique<Run>(
        made.folder, RunOptions{.id = name, .warn = [&world](std::string_view text) {
                                    world.warnings.emplace_back(text);
                                }});
}

void step_bind_to_run(World& world, const Json& step) {
    refuse_lowered_limits(world);
    const GoldenRun& named = run_named(world, step.at("run"));
    const auto value = world.value(step.at("id"));
    const auto* media = dynamic_cast<const Media*>(value.get());
    if (media == nullptr) {
        throw NotExpressible{"binding what is no Media"};
    }
    if (!succeeds(step, [&] {
            media->bind_to_run(*named.run, plain(step.at("key")), plain(step.at("step")),
                               step.contains("id_") ? plain(step.at("id_")) : Json(nullptr));
        })) {
        return;
    }
    CHECK(media->is_bound());
    if (step.contains("file")) {
        const auto path = media->file().local_path();
        REQUIRE(path.has_value());
        const Json ours{{"path", path->lexically_relative(named.folder).native()}};
        check_run_json(world, step.at("run"), ours, Json{{"path", step.at("file")}}, "file");
    }
}

void step_bind_to_run_positional(World& world, const Json& step) {
    Json named = step;
    const Json& args = step.at("args");
    named["run"] = args.at(0);
    named["key"] = args.at(1);
    named["step"] = args.at(2);
    named["id_"] = args.at(3);
    step_bind_to_run(world, named);
}

void step_to_json(World& world, const Json& step) {
    const auto value = world.value(step.at("id"));
    Json actual;
    if (!step.at("target").is_null()) {
        refuse_lowered_limits(world);
        auto& run = *run_named(world, step.at("target")).run;
        if (succeeds(step, [&] { actual = value->to_json(run); })) {
            check_run_json(world, step.at("target"), actual, plain(step.at("result")), "JSON");
        }
        return;
    }
    NoSink nowhere;
    const auto* classes = dynamic_cast<const Classes*>(value.get());
    if (succeeds(step, [&] {
            actual = classes != nullptr ? classes->to_json() : value->to_json(nowhere);
        })) {
        check_same(actual, plain(step.at("result")), "JSON");
    }
}

void step_val_to_json(World& world, const Json& step) {
    auto& run = *run_named(world, step.at("run")).run;
    Json actual;
    if (succeeds(step, [&] {
            actual = run.val_to_json(step.at("key"), logged(world, step.at("val")),
                                     step.at("namespace"));
        })) {
        check_run_json(world, step.at("run"), actual,
                       parse_json(step.at("history_json_text").get<std::string>()), "history");
        CHECK(world.warnings.empty() != step.contains("log"));
    }
}

void step_history_dict_to_json(World& world, const Json& step) {
    auto& run = *run_named(world, step.at("run")).run;
    const Cell payload = logged(world, step.at("payload"));
    Json actual;
    if (succeeds(step, [&] { actual = run.history_dict_to_json(payload.members()); })) {
        check_run_json(world, step.at("run"), actual, plain(step.at("result")), "history");
    }
}

void step_classcall(World& world, const Json& step) {
    const auto class_name = step.at("class").get<std::string>();
    const ValueKind* kind = find_kind(class_name);
    REQUIRE_MESSAGE((kind != nullptr && kind->call != nullptr), "no calls of ", class_name);
    const Json& args = step.at("args");
    Json actual;
    if (!succeeds(step, [&] { actual = kind->call(world, step); })) {
        return;
    }
    if (args.size() > 1) {
        check_run_json(world, args.at(1).at("$value"), actual, plain(step.at("result")), "result");
    } else {
        check_same(actual, plain(step.at("result")), "result");
    }
}

} // namespace vitrine::golden
