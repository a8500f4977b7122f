// SPDX-License-Identifier: MIT
#include "golden/world.hpp"

#include <vitrine/media/image.hpp>

#include "golden/deviations.hpp"
#include "golden/stand_in.hpp"

#include <exception>

namespace vitrine::golden {

namespace {

const std::map<std::string, Handler> kHandlers = {
    {"artifact", step_artifact},
    {"add", step_add},
    {"add_file", step_add_file},
    {"add_dir", step_add_dir},
    {"add_reference", step_add_reference},
    {"new_file", step_new_file},
    {"finalize", step_finalize},
    {"get", step_get},
    {"get_path", step_get_path},
    {"value", step_value},
    {"graph", step_graph},
    {"equal", step_equal},
    {"rewrite_input", step_rewrite_input},
    {"note", step_note},
    {"run", step_run},
    {"bind_to_run", step_bind_to_run},
    {"bind_to_run_positional", step_bind_to_run_positional},
    {"to_json", step_to_json},
    {"val_to_json", step_val_to_json},
    {"history_dict_to_json", step_history_dict_to_json},
    {"classcall", step_classcall},
    {"pixels", step_pixels},
    {"call", step_call},
    {"cell", step_cell},
    {"table_slice", step_table_slice},
    {"table_of_cells", step_table_of_cells},
};

std::set<Sha256> digests_of_inputs(const std::filesystem::path& input) {
    std::set<Sha256> digests;
    for (const auto& path : files_below(input)) {
        digests.insert(sha256_of_file(input / path));
    }
    return digests;
}

/// All texts under the key "path" (and "file", which a bound value has, and "filenames", which
/// lists of molecules have) of a step's results.
void collect_paths(const Json& json, std::set<std::string>& paths) {
    if (!json.is_structured()) {
        return;
    }
    for (const auto& [key, value] : json.items()) {
        if ((key == "path" || key == "file") && value.is_string()) {
            paths.insert(value.get<std::string>());
        } else if (key == "filenames") {
            paths.insert(value.begin(), value.end());
        } else {
            collect_paths(value, paths);
        }
    }
}

std::set<std::string> paths_of_step(const Json& step) {
    std::set<std::string> paths;
    for (const char* key : {"entry", "entries", "to_json", "result"}) {
        if (step.contains(key)) {
            collect_paths(step.at(key), paths);
        }
    }
    if (step.at("do") == "bind_to_run" && step.contains("file")) {
        paths.insert(step.at("file").get<std::string>());
    }
    return paths;
}

} // namespace

World::World(const std::string& name, Report& used_report)
    : golden(load_case(name, temporary.path() / "golden")), report(used_report),
      substitutions(digests_of_inputs(golden.input)) {}

Store& World::store() {
    if (!store_) {
        store_.emplace(Store::create(temporary.path() / "store",
                                     {.durability = Durability::fast,
                                      .dialect = std::string(wandb_0_10().name()),
                                      .remote = stand_in(golden.json, referring_artifact)}));
    }
    return *store_;
}

/// The values x000 to x109 of run_image_seq are described in a note, not in steps.
void World::make_unlisted_values() {
    if (golden.name != "run_image_seq") {
        return;
    }
    for (int number = 0; number < 110; ++number) {
        const std::string digits = std::to_string(number);
        values["x" + std::string(3 - digits.size(), '0') + digits] =
            std::make_shared<Image>(std::filesystem::path("t.png"));
    }
}

std::shared_ptr<const Value> World::value(const Json& id) const {
    const auto name = id.get<std::string>();
    if (const auto absent = absent_.find(name); absent != absent_.end()) {
        absent->second();
    }
    const auto found = values.find(name);
    if (found == values.end()) {
        throw NotExpressible{"a value that could not be made, which is None in Python"};
    }
    return found->second;
}

ArtifactBuilder& World::draft(const Json& name) {
    auto& found = artifact(name);
    if (!found.draft) {
        throw NotExpressible{"a draft after its commit, which consumed it"};
    }
    return *found.draft;
}

void World::run() {
    const WorkingDirectory inside(golden.input);
    report.cases.push_back(golden.name);
    make_unlisted_values();
    const Json& steps = golden.json.at("steps");
    for (std::size_t index = 0; index < steps.size(); ++index) {
        if (golden.json.contains("variants") && steps.at(index).at("do") == "finalize") {
            run_variants(
                *this, [&](const std::string& label, const Json& step) { run_step(label, step); });
        }
        run_step(std::to_string(index), steps.at(index));
    }
    for (const Json& record : golden.json.value("runs", Json::array())) {
        check_run(*this, record);
    }
}

void World::run_step(const std::string& label, const Json& recorded) {
    const std::string where = golden.name + ", step " + label;
    const std::string what = recorded.dump().substr(0, 300);
    INFO(where, ": ", what);
    const Deviation* deviation = find_deviation(golden.name, label);
    const Json step = deviation != nullptr ? deviated(recorded, *deviation) : recorded;
    step_deviates = deviation != nullptr;
    warnings.clear();
    const auto handler = kHandlers.find(step.at("do").get<std::string>());
    REQUIRE_MESSAGE(handler != kHandlers.end(), "no handler for such a step");
    try {
        handler->second(*this, step);
        if (!step.contains("error")) {
            named.merge(paths_of_step(step));
        }
        if (deviation != nullptr) {
            report.deviations.push_back({where, std::string(deviation->vitrine)});
            if (deviation->kind == Deviation::Kind::Refused) {
                leave_out(recorded, [where] { throw FollowsDeviation{where}; });
            }
        } else {
            ++report.steps;
        }
    } catch (const NotExpressible& cause) {
        CHECK_MESSAGE(deviation == nullptr, "a deviation that is not reached");
        report.not_expressible.push_back({where, cause.reason});
        leave_out(recorded, [cause] { throw cause; });
    } catch (const FollowsDeviation& cause) {
        CHECK_MESSAGE(deviation == nullptr, "a deviation that is not reached");
        report.following.push_back({where, "uses " + cause.of});
        leave_out(recorded, [cause] { throw cause; });
    } catch (const std::exception& error) {
        const std::string text = error.what();
        FAIL_CHECK("the SDK does it, vitrine throws: ", text);
        leave_out(recorded,
                  [text] { throw std::runtime_error("an earlier step failed: " + text); });
    }
}

void World::leave_out(const Json& step, std::function<void()> rethrow) {
    left_out.merge(paths_of_step(step));
    // A step that names an earlier value only uses it.
    const auto kind = step.at("do").get<std::string>();
    if (step.contains("id") && (kind == "value" || kind == "get" || kind == "graph")) {
        absent_[step.at("id").get<std::string>()] = std::move(rethrow);
    }
    if (kind == "bind_to_run") {
        left_out_keys.insert(step.at("key").dump());
    }
}

void check_same(const Json& actual, const Json& expected, std::string_view what) {
    const std::string name(what);
    CAPTURE(name);
    CHECK(render_json(actual, kOrderedJson) == render_json(expected, kOrderedJson));
}

} // namespace vitrine::golden
