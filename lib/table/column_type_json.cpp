// SPDX-License-Identifier: MIT
// Restores column types from their JSON; see FORMAT.md.
#include <vitrine/core/error.hpp>
#include <vitrine/table/column_type.hpp>

#include "core/json_pointer.hpp"
#include "core/text.hpp"
#include "media/json_fields.hpp"

#include <array>
#include <initializer_list>
#include <utility>

namespace vitrine {

namespace {

[[noreturn]] void refuse(std::string_view pointer, std::string_view expected, const Json& got) {
    throw Error(ErrorCode::InvalidFormat, concat("column type at ", quoted(pointer), ": expected ",
                                                 expected, ", got ", got.type_name()));
}

using Factory = ColumnType (*)();
constexpr std::array<std::pair<std::string_view, Factory>, 7> kPlain = {{
    {"any", ColumnType::any},
    {"boolean", ColumnType::boolean},
    {"invalid", ColumnType::invalid},
    {"none", ColumnType::none},
    {"number", ColumnType::number},
    {"string", ColumnType::string},
    {"unknown", ColumnType::unknown},
}};

} // namespace

/// Reads a type and the types in it. A well-formed type that is not known is kept unchanged; a
/// known type with wrong parameters is refused.
class ColumnTypeReader {
public:
    explicit ColumnTypeReader(std::shared_ptr<const ValueSource> source)
        : source_(std::move(source)) {}

    ColumnType read(const Json& json, const std::string& pointer) const {
        if (!json.is_object()) {
            refuse(pointer, "an object", json);
        }
        const Json* name = find_member(json, "wb_type");
        if (name == nullptr || !name->is_string()) {
            refuse(pointer_below(pointer, "wb_type"), "the name of a type",
                   name == nullptr ? Json() : *name);
        }
        static const Json kNoParams = Json::object();
        const Json* params = find_member(json, "params");
        const std::string params_pointer = pointer_below(pointer, "params");
        if (params != nullptr && !params->is_object()) {
            refuse(params_pointer, "an object", *params);
        }
        const Params given{params == nullptr ? kNoParams : *params, params_pointer};
        return read_named(name->get_ref<const std::string&>(), given, json);
    }

private:
    struct Params {
        const Json& json;
        const std::string& pointer;

        /// Whether all parameters are among `known`.
        bool are(std::initializer_list<std::string_view> known) const {
            for (const auto& item : json.items()) {
                if (std::find(known.begin(), known.end(), item.key()) == known.end()) {
                    return false;
                }
            }
            return true;
        }
        const Json* find(std::string_view name) const { return find_member(json, name); }
        std::string below(std::string_view name) const { return pointer_below(pointer, name); }
    };

    ColumnType read_named(std::string_view name, const Params& params, const Json& json) const {
        for (const auto& [plain, make] : kPlain) {
            if (name == plain && params.are({})) {
                return make();
            }
        }
        if (name == "list" && params.are({"element_type"})) {
            const Json* element = params.find("element_type");
            return element == nullptr
                       ? ColumnType::list()
                       : ColumnType::list(read(*element, params.below("element_type")));
        }
        // Newer SDKs write "typedDict".
        if ((name == "dictionary" || name == "typedDict") && params.are({"type_map"})) {
            return ColumnType::named_dictionary(std::string(name), read_members(params));
        }
        if (name == "union" && params.are({"allowed_types"})) {
            return read_union(params);
        }
        if (name == "const" && params.are({"val", "is_set"})) {
            return read_constant(params);
        }
        if (name == "object" && params.are({"class_name"})) {
            return read_object(params);
        }
        return read_value_type(name, params, json);
    }

    ColumnType read_value_type(std::string_view name, const Params& params,
                               const Json& json) const {
        if (name == "wandb.Image" && params.are({"box_keys", "mask_keys"})) {
            return read_image(params);
        }
        if (name == "wandb.Table" && params.are({"column_types"})) {
            return read_table(params);
        }
        if (name == "wandb.Classes_id" && params.are({"valid_ids", "classes_obj"})) {
            return read_class_ids(params);
        }
        return ColumnType::opaque(json);
    }

    ColumnType::Members read_members(const Params& params) const {
        ColumnType::Members members;
        if (const Json* map = params.find("type_map")) {
            const std::string pointer = params.below("type_map");
            if (!map->is_object()) {
                refuse(pointer, "an object", *map);
            }
            for (const auto& [key, type] : map->items()) {
                members.emplace_back(key, read(type, pointer_below(pointer, key)));
            }
        }
        return members;
    }

    ColumnType read_union(const Params& params) const {
        std::vector<ColumnType> types;
        if (const Json* list = params.find("allowed_types")) {
            const std::string pointer = params.below("allowed_types");
            if (!list->is_array()) {
                refuse(pointer, "a list", *list);
            }
            for (std::size_t index = 0; index < list->size(); ++index) {
                types.push_back(read(list->at(index), pointer_below(pointer, index)));
            }
        }
        return ColumnType::union_of(std::move(types));
    }

    ColumnType read_constant(const Params& params) const {
        const Json* is_set = params.find("is_set");
        if (is_set != nullptr && !is_set->is_boolean()) {
            refuse(params.below("is_set"), "a boolean", *is_set);
        }
        const Json* value = params.find("val");
        if (is_set == nullptr || !is_set->get<bool>()) {
            return ColumnType::constant(value == nullptr ? Json() : *value);
        }
        if (value == nullptr || !value->is_array()) {
            refuse(params.below("val"), "a list", value == nullptr ? Json() : *value);
        }
        return restoring(concat("column type at ", quoted(params.below("val"))), [&] {
            return ColumnType::constant_set({value->begin(), value->end()});
        });
    }

    ColumnType read_object(const Params& params) const {
        const Json* name = params.find("class_name");
        if (name == nullptr || !name->is_string()) {
            refuse(params.below("class_name"), "text", name == nullptr ? Json() : *name);
        }
        return ColumnType::object(name->get<std::string>());
    }

    ColumnType read_image(const Params& params) const {
        const auto boxes = read_names(params, "box_keys");
        const auto masks = read_names(params, "mask_keys");
        if (boxes && masks) {
            return ColumnType::image(*boxes, *masks);
        }
        if (boxes || masks) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("column type at ", quoted(params.pointer),
                               ": expected 'box_keys' and 'mask_keys', got one of them"));
        }
        return ColumnType::image();
    }

    /// Returns the texts of a constant set; nothing if the set is unknown.
    std::optional<std::vector<std::string>> read_names(const Params& params,
                                                       std::string_view name) const {
        const Json* json = params.find(name);
        const std::string pointer = params.below(name);
        if (json == nullptr || read(*json, pointer) == ColumnType::unknown()) {
            return std::nullopt;
        }
        const Json* set = find_member(*json, "params");
        const bool is_set = json->at("wb_type") == "const" && set != nullptr &&
                            set->value("is_set", false) && set->contains("val");
        if (!is_set) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("column type at ", quoted(pointer),
                               ": expected a set of names, got a type ",
                               quoted(json->at("wb_type").get<std::string>())));
        }
        std::vector<std::string> names;
        for (const Json& value : set->at("val")) {
            if (!value.is_string()) {
                refuse(pointer, "a set of texts", value);
            }
            names.push_back(value.get<std::string>());
        }
        return names;
    }

    ColumnType read_table(const Params& params) const {
        const Json* json = params.find("column_types");
        if (json == nullptr) {
            return ColumnType::table();
        }
        const std::string pointer = params.below("column_types");
        const ColumnType columns = read(*json, pointer);
        if (columns == ColumnType::unknown()) {
            return ColumnType::table();
        }
        if (columns.members() == nullptr) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("column type at ", quoted(pointer),
                               ": expected a dictionary, got a type ", quoted(columns.name())));
        }
        return ColumnType::table(*columns.members());
    }

    ColumnType read_class_ids(const Params& params) const {
        const Json* json = params.find("classes_obj");
        const std::string pointer = params.below("classes_obj");
        if (json == nullptr) {
            refuse(pointer, "a class set", Json());
        }
        const Classes classes = restoring(concat("column type at ", quoted(pointer)),
                                          [&] { return read_classes(*json); });
        const Json* ids = params.find("valid_ids");
        if (ids == nullptr) {
            return ColumnType::class_ids(classes);
        }
        const ColumnType valid_ids = read(*ids, params.below("valid_ids"));
        if (valid_ids.name() != "union") {
            throw Error(ErrorCode::InvalidFormat,
                        concat("column type at ", quoted(params.below("valid_ids")),
                               ": expected a union, got a type ", quoted(valid_ids.name())));
        }
        return ColumnType::class_ids(classes, valid_ids);
    }

    Classes read_classes(const Json& json) const {
        const Json* type = find_member(expect_object(json, "classes_obj"), "type");
        if (type == nullptr || *type != "classes-file") {
            return Classes::from_json(json, source_);
        }
        const std::string path = string_member(json, "path");
        if (!source_) {
            throw Error(ErrorCode::InvalidFormat, concat("expected an artifact with the class set ",
                                                         quoted(path), ", got none"));
        }
        return value_at<Classes>(*source_, path, "classes");
    }

    std::shared_ptr<const ValueSource> source_;
};

ColumnType ColumnType::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    return ColumnTypeReader(std::move(source)).read(json, "");
}

} // namespace vitrine
