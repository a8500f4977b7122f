// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/run/run.hpp>
#include <vitrine/store/store.hpp>

#include "core/file_system.hpp"
#include "golden/golden_case.hpp"
#include "golden/python.hpp"
#include "golden/report.hpp"
#include "golden/substitutions.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::golden {

/// An artifact of a case: a draft, and after the step "finalize" a version.
struct GoldenArtifact {
    std::optional<ArtifactBuilder> draft;
    std::optional<Artifact> saved;
    /// The steps "add" that were run and returned JSON, with their values.
    struct Added {
        Json step;
        bool deviates = false; ///< `step` differs from what the SDK recorded
        std::shared_ptr<const Value> value;
    };
    std::vector<Added> added;
};

struct GoldenRun {
    std::unique_ptr<Run> run;
    std::filesystem::path folder;
};

/// The state in which the steps of one case are run: a store, and what the steps have made so far,
/// by the names in the case.
class World {
public:
    World(const std::string& name, Report& report);

    /// Runs all steps, and compares what is left at the end.
    void run();

    /// A value made by an earlier step. Throws what its step threw: NotExpressible,
    /// FollowsDeviation.
    std::shared_ptr<const Value> value(const Json& id) const;
    template <class T>
    T value_as(const Json& id) const {
        return dynamic_cast<const T&>(*value(id));
    }

    GoldenArtifact& artifact(const Json& name) { return artifacts.at(name.get<std::string>()); }
    /// The open draft. Throws NotExpressible once it was committed.
    ArtifactBuilder& draft(const Json& name);
    /// The saved version.
    const Artifact& saved(const Json& name) { return artifact(name).saved.value(); }

    TemporaryDirectory temporary;
    GoldenCase golden;
    Report& report;
    /// The store of the case, made at its first use.
    Store& store();
    std::map<std::string, GoldenArtifact> artifacts;
    std::map<std::string, std::shared_ptr<const Value>> values;
    std::map<std::string, GoldenRun> runs;
    std::vector<std::string> warnings; ///< of runs, since the step began
    Substitutions substitutions;
    /// Paths that only skipped steps name, and paths that executed steps name.
    std::set<std::string> left_out;
    std::set<std::string> named;
    std::set<std::string> left_out_keys; ///< of runs, as JSON
    std::string referring_artifact;      ///< the one that a reference is added to
    bool step_deviates = false;          ///< the current step differs from what the SDK recorded

private:
    std::optional<Store> store_;

    void make_unlisted_values();
    void run_step(const std::string& label, const Json& step);
    /// Records that a step was not run, and the reason.
    void leave_out(const Json& step, std::function<void()> rethrow);

    std::map<std::string, std::function<void()>>
        absent_; ///< value -> throws the reason why it is missing
};

/// Runs `action`. If the step records an error, checks that an Error with the corresponding code is
/// thrown, and returns false; else returns true.
template <class Action>
bool succeeds(const Json& step, const Action& action) {
    if (!step.contains("error")) {
        action();
        return true;
    }
    const Json& error = step.at("error");
    const std::string recorded = error.dump();
    try {
        action();
    } catch (const Error& thrown) {
        const std::string text = thrown.what();
        CAPTURE(recorded);
        CAPTURE(text);
        const std::string expected = error.contains("code")
                                         ? error.at("code").get<std::string>()
                                         : std::string(to_string(code_of_exception(error)));
        CHECK(std::string(to_string(thrown.code())) == expected);
        return false;
    }
    FAIL_CHECK("expected an error, got none: ", recorded);
    return false;
}

/// Checks that two JSON values have the same text, members in the same order.
void check_same(const Json& actual, const Json& expected, std::string_view what);

/// The values of a list of {"$value": name}.
template <class T>
std::vector<T> listed(const World& world, const Json& list) {
    std::vector<T> values;
    for (const auto& item : list) {
        values.push_back(world.value_as<T>(item.at("$value")));
    }
    return values;
}
/// The run that an argument {"$value": name} stands for.
Run& run_of(World& world, const Json& argument);
/// ValueKind::call of a class whose one method is seq_to_json.
template <class T>
Json call_seq_to_json(World& world, const Json& step) {
    const auto method = step.at("method").get<std::string>();
    if (method != "seq_to_json") {
        throw std::runtime_error("no such method: " + method);
    }
    const Json& args = step.at("args");
    return T::seq_to_json(listed<T>(world, args.at(0)), run_of(world, args.at(1)), args.at(2),
                          args.at(3));
}

using Handler = void (*)(World&, const Json& step);

// The kinds of steps, by the name that a step has in "do".
void step_artifact(World& world, const Json& step);
void step_add(World& world, const Json& step);
void step_add_file(World& world, const Json& step);
void step_add_dir(World& world, const Json& step);
void step_add_reference(World& world, const Json& step);
void step_new_file(World& world, const Json& step);
void step_finalize(World& world, const Json& step);
void step_get(World& world, const Json& step);
void step_get_path(World& world, const Json& step);
void step_value(World& world, const Json& step);
void step_graph(World& world, const Json& step);
void step_equal(World& world, const Json& step);
void step_rewrite_input(World& world, const Json& step);
void step_note(World& world, const Json& step);
void step_run(World& world, const Json& step);
void step_bind_to_run(World& world, const Json& step);
void step_bind_to_run_positional(World& world, const Json& step);
void step_to_json(World& world, const Json& step);
void step_val_to_json(World& world, const Json& step);
void step_history_dict_to_json(World& world, const Json& step);
void step_classcall(World& world, const Json& step);
void step_pixels(World& world, const Json& step);
void step_call(World& world, const Json& step);
void step_cell(World& world, const Json& step);
void step_table_slice(World& world, const Json& step);
void step_table_of_cells(World& world, const Json& step);

/// Compares a restored value with what the SDK restored.
void check_value(World& world, const Value& value, const Json& recorded);

/// Compares a saved artifact with what the SDK wrote: JSON, manifest, digest, files.
void check_artifact(World& world, const std::string& name, const Json& finalize);
/// The same for a run's files and config.
void check_run(World& world, const Json& record);
/// The extra key "prepare_video": the frames that the SDK makes of arrays.
void check_prepared_videos(World& world);
/// The arrays of the case `pixels`, as steps that make and add an image of each.
void run_variants(World& world, const std::function<void(const std::string&, const Json&)>& step);

} // namespace vitrine::golden
