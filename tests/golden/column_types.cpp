// SPDX-License-Identifier: MIT
// The case `dtypes`: the result of assigning every value and every type to every type.
#include "golden/column_types.hpp"

#include <vitrine/table/column_type.hpp>

#include "golden/cells.hpp"
#include "golden/counting.hpp"

#include <map>
#include <optional>
#include <set>

namespace vitrine::golden {

namespace {

using Types = std::map<std::string, ColumnType>;

constexpr const char* kConstants = "assign, a value or an array beside a constant";
constexpr const char* kOpenImage = "assign_type, image unknown";
constexpr const char* kOpenImageRead = "from_json_round_trip, image unknown";

/// {"json", "repr"} of a type.
void check_type(const ColumnType& type, const Json& recorded) {
    CHECK(render_json(type.to_json()) == render_json(recorded.at("json")));
    CHECK(type.repr() == recorded.at("repr").get<std::string>());
}

/// A type's JSON, "invalid", or {"$error": ...}.
template <class Assign>
void check_assigned(const Json& recorded, const Assign& assign) {
    if (is_tag(recorded, "$error")) {
        succeeds(Json{{"error", recorded.at("$error")}}, assign);
        return;
    }
    const ColumnType type = assign();
    const Json json = type.is_invalid() ? Json("invalid") : type.to_json();
    CHECK(render_json(json, kOrderedJson) == render_json(recorded, kOrderedJson));
}

void check_types_of_values(World& world, const Json& records) {
    for (const Json& record : records) {
        count(world, "type_of, " + record.at("name").get<std::string>(), [&] {
            const Cell cell = cell_of(world, record.at("value"));
            if (succeeds(record, [&] { ColumnType::of(cell); })) {
                check_type(ColumnType::of(cell), record);
            }
        });
    }
}

void check_notations(World& world, const Json& records) {
    for (const Json& record : records) {
        count(world, "type_from_dtype, " + record.at("name").get<std::string>(),
              [&] { check_type(column_type_of(world, record.at("notation")), record); });
    }
}

Types read_types(World& world, const Json& records) {
    Types types;
    for (const Json& record : records) {
        const auto name = record.at("name").get<std::string>();
        count(world, "types, " + name, [&] {
            const ColumnType type = ColumnType::from_json(record.at("json"), nullptr);
            check_type(type, record);
            types.emplace(name, type);
        });
    }
    return types;
}

/// Python compares with the value's own `==`, which may fail for another class or return an array.
bool is_deviating(const Json& recorded, const std::string& type, const std::string& value) {
    if (is_tag(recorded, "$error")) {
        const auto message = recorded.at("$error").at("message").get<std::string>();
        return message.find("has no attribute") != message.npos ||
               message.find("truth value") != message.npos;
    }
    return type == "const [1]" && value.starts_with("np.");
}

void check_assigning_values(World& world, const Types& types) {
    std::map<std::string, Json> values;
    for (const Json& record : world.golden.json.at("type_of")) {
        values.emplace(record.at("name").get<std::string>(), record.at("value"));
    }
    for (const auto& line : world.golden.json.at("assign").items()) {
        const std::string& type_name = line.key();
        const Json& row = line.value();
        const ColumnType& type = types.at(type_name);
        for (const auto& item : row.items()) {
            const std::string& value_name = item.key();
            const Json& recorded = item.value();
            const std::string where = "assign, " + type_name + ", " + value_name;
            count(world, where, [&] {
                const Json& value = values.at(value_name);
                if (type.name() == "const" &&
                    type.repr().find("'is_set': True") != std::string::npos &&
                    is_tag(value, "$set")) {
                    throw NotExpressible{"a set in a cell"};
                }
                const Cell cell = cell_of(world, value);
                if (is_deviating(recorded, type_name, value_name)) {
                    CHECK(type.assign(cell).is_invalid());
                    note_deviation(world, kConstants);
                } else {
                    check_assigned(recorded, [&] { return type.assign(cell); });
                }
            });
        }
    }
}

void check_assigning_types(World& world, const Types& types) {
    for (const auto& line : world.golden.json.at("assign_type").items()) {
        const std::string& type_name = line.key();
        const Json& row = line.value();
        const ColumnType& type = types.at(type_name);
        for (const auto& item : row.items()) {
            const std::string& other = item.key();
            const Json& recorded = item.value();
            count(world, "assign_type, " + type_name + ", " + other, [&] {
                if (type_name == "image unknown" && other == type_name) {
                    REQUIRE(is_tag(recorded, "$error"));
                    CHECK(type.assign_type(types.at(other)) == ColumnType::image());
                    note_deviation(world, kOpenImage);
                } else {
                    check_assigned(recorded, [&] { return type.assign_type(types.at(other)); });
                }
            });
        }
    }
}

void check_round_trips(World& world, const Types& types, const Json& records) {
    for (const Json& record : records) {
        const auto name = record.at("name").get<std::string>();
        count(world, "from_json_round_trip, " + name, [&] {
            const ColumnType& type = types.at(name);
            const ColumnType again = ColumnType::from_json(type.to_json(), nullptr);
            CHECK(again == type);
            if (record.contains("error")) {
                REQUIRE(name == "image unknown");
                note_deviation(world, kOpenImageRead);
            } else {
                CHECK(record.at("equal") == true);
                CHECK(render_json(again.to_json()) == render_json(record.at("json")));
            }
        });
    }
}

void check_sequences(World& world, const Json& records) {
    for (const Json& record : records) {
        count(world, "assign_sequences, " + record.at("name").get<std::string>(), [&] {
            ColumnType type = ColumnType::from_json(record.at("start"), nullptr);
            for (const Json& step : record.at("steps")) {
                const Cell cell = cell_of(world, step.at("value"));
                check_assigned(step.at("result"), [&] { return type.assign(cell); });
                type = type.assign(cell);
                if (!step.at("repr").is_null()) {
                    CHECK(type.repr() == step.at("repr").get<std::string>());
                }
            }
        });
    }
}

/// The JSON that was passed to a constructor of the SDK, if vitrine can accept it.
std::optional<Json> json_of_constructor(const std::string& what) {
    const std::map<std::string, std::string_view> texts = {
        {"type_from_dict {}", "{}"},
        {"type_from_dict unknown name", R"({"wb_type": "nope"})"},
        {"type_from_dict no params", R"({"wb_type": "list"})"},
        {"type_from_dict extra key", R"({"wb_type": "number", "zzz": 1})"},
        {"type_from_dict bad param", R"({"wb_type": "list", "params": {"zzz": 1}})"},
        {"type_from_dict object", R"({"wb_type": "object", "params": {"class_name": "X"}})"},
        {"ConstType is_set int", R"({"wb_type": "const", "params": {"val": 1, "is_set": 1}})"},
        {"ImageType box_keys str",
         R"({"wb_type": "wandb.Image", "params": {"box_keys": "a", "mask_keys": "a"}})"},
        {"ImageType mask_keys dict",
         R"({"wb_type": "wandb.Image", "params": {"box_keys": {}, "mask_keys": {}}})"},
        {"TableType list", R"({"wb_type": "wandb.Table", "params": {"column_types": []}})"},
        {"ClassesId valid_ids int", R"({"wb_type": "wandb.Classes_id", "params": {
            "valid_ids": 5, "classes_obj": {"_type": "classes", "class_set": []}}})"},
        {"ClassesId classes int",
         R"({"wb_type": "wandb.Classes_id", "params": {"classes_obj": 5}})"},
        {"ClassesId default", R"({"wb_type": "wandb.Classes_id", "params": {
            "classes_obj": {"_type": "classes", "class_set": []}}})"},
        {"ClassesId valid_ids list", R"({"wb_type": "wandb.Classes_id", "params": {"classes_obj": {
            "_type": "classes", "class_set": [{"id": 1, "name": "1"}, {"id": 2, "name": "2"}]}}})"},
        {"UnionType tuple", R"({"wb_type": "union", "params": {"allowed_types": {}}})"},
    };
    const auto found = texts.find(what);
    return found == texts.end() ? std::nullopt : std::optional(parse_json(found->second));
}

void check_constructors(World& world, const Json& records) {
    for (const Json& record : records) {
        const auto what = record.at("what").get<std::string>();
        const std::string where = "constructors, " + what;
        count(world, where, [&] {
            const auto json = json_of_constructor(what);
            if (!json) {
                throw NotExpressible{"a type made of a Python object of another class"};
            }
            if (find_deviation(world.golden.name, where) != nullptr) {
                const ColumnType kept = ColumnType::from_json(*json, nullptr);
                CHECK(render_json(kept.to_json()) == render_json(*json));
                note_deviation(world, where);
            } else if (record.contains("error")) {
                // Whatever error Python raises: wrong stored data is InvalidFormat in vitrine.
                const Json refused{{"error", {{"code", to_string(ErrorCode::InvalidFormat)}}}};
                succeeds(refused, [&] { ColumnType::from_json(*json, nullptr); });
            } else {
                check_type(ColumnType::from_json(*json, nullptr), record);
            }
        });
    }
}

void check_names(World& world, const Json& recorded) {
    const ColumnType all[] = {
        ColumnType::any(),        ColumnType::boolean(),    ColumnType::constant(1),
        ColumnType::dictionary(), ColumnType::invalid(),    ColumnType::list(),
        ColumnType::none(),       ColumnType::number(),     ColumnType::object("X"),
        ColumnType::string(),     ColumnType::union_of({}), ColumnType::unknown(),
        ColumnType::image(),      ColumnType::table(),      ColumnType::class_ids({})};
    count(world, "registry, by_name", [&] {
        std::set<std::string> names;
        for (const ColumnType& type : all) {
            names.emplace(type.name());
        }
        CHECK(names == recorded.at("by_name").get<std::set<std::string>>());
    });
}

} // namespace

void check_column_types(World& world) {
    const WorkingDirectory inside(world.golden.input);
    const Json& json = world.golden.json;
    check_types_of_values(world, json.at("type_of"));
    check_notations(world, json.at("type_from_dtype"));
    const Types types = read_types(world, json.at("types"));
    check_assigning_values(world, types);
    check_assigning_types(world, types);
    check_round_trips(world, types, json.at("from_json_round_trip"));
    check_sequences(world, json.at("assign_sequences"));
    check_constructors(world, json.at("constructors"));
    check_names(world, json.at("registry"));
}

} // namespace vitrine::golden
