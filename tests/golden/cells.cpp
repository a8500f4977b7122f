// SPDX-License-Identifier: MIT
#include "golden/cells.hpp"

#include "golden/npy.hpp"
#include "image/half.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace vitrine::golden {

namespace {

Cell::List cells_of(const World& world, const Json& recorded) {
    Cell::List cells;
    for (const auto& item : recorded) {
        cells.push_back(cell_of(world, item));
    }
    return cells;
}

std::string class_of_callable(const std::string& name) {
    return name == "builtins.len" ? "builtin_function_or_method" : "type";
}

/// numpy has no class named like these dtypes.
std::string class_of_dtype(const std::string& dtype) {
    return dtype == "bool" || dtype == "str" ? dtype + "_" : dtype;
}

/// numpy's NaN is written as null and its other scalars as numbers, which are recorded as short as
/// their type allows.
Json json_of_scalar(const std::string& dtype, const Json& value) {
    Json number = plain(value);
    if (!number.is_number_float()) {
        return number;
    }
    const auto real = number.get<double>();
    if (std::isnan(real)) {
        return nullptr;
    }
    if (dtype == "float32") {
        return static_cast<double>(static_cast<float>(real));
    }
    return dtype == "float16" ? static_cast<double>(round_to_half(static_cast<float>(real))) : real;
}

/// An array of one element is written as that element, other arrays as lists.
Json json_of_array(const Array& array) {
    Json json = array.rows();
    if (std::ranges::all_of(array.view().shape(), [](std::size_t size) { return size == 1; })) {
        while (json.is_array()) {
            json = Json(json.front());
        }
    }
    return json;
}

Cell cell_of_tag(const World& world, const std::string& tag, const Json& held) {
    if (tag == "$value") {
        return world.value(held);
    }
    if (tag == "$tuple" || tag == "$set") {
        return cells_of(world, held);
    }
    if (tag == "$np") {
        const auto dtype = held.at(0).get<std::string>();
        return Cell::object(class_of_dtype(dtype), json_of_scalar(dtype, held.at(1)));
    }
    if (tag == "$npy") {
        return Cell::object("ndarray",
                            json_of_array(Array(world.golden.input / held.get<std::string>())));
    }
    if (tag == "$bytes") {
        return Cell::object("bytes", parse_hex(held.get<std::string>()));
    }
    if (tag == "$datetime" || tag == "$date") {
        return Cell::object(tag.substr(1), held);
    }
    if (tag == "$callable") {
        return Cell::object(class_of_callable(held.get<std::string>()), held);
    }
    if (tag == "$pytype") {
        return Cell::object("type", "builtins." + held.get<std::string>());
    }
    if (tag == "$dict") {
        throw NotExpressible{"a dictionary with keys that are not text"};
    }
    return {plain(Json::object({{tag, held}}))};
}

ColumnType type_of_class(const std::string& name) {
    using Factory = ColumnType (*)();
    static const std::map<std::string, Factory> factories = {
        {"int", ColumnType::number},
        {"float", ColumnType::number},
        {"str", ColumnType::string},
        {"bool", ColumnType::boolean},
        {"none", ColumnType::none},
        {"list", ColumnType::list},
        {"dict", [] { return ColumnType::dictionary(); }},
    };
    return factories.at(name)();
}

ColumnType type_of_tag(const World& world, const std::string& tag, const Json& held) {
    if (tag == "$pytype") {
        return type_of_class(held.get<std::string>());
    }
    if (tag == "$optional") {
        return ColumnType::optional(column_type_of(world, held));
    }
    if (tag == "$class_type") {
        return ColumnType::class_ids(world.value_as<Classes>(held));
    }
    if (tag == "$wbtype") {
        return ColumnType::from_json(held, nullptr);
    }
    if (tag == "$set") {
        return ColumnType::constant_set({held.begin(), held.end()});
    }
    if (tag == "$callable") {
        return ColumnType::object(class_of_callable(held.get<std::string>()));
    }
    throw NotExpressible{"the constant " + tag};
}

} // namespace

Cell cell_of(const World& world, const Json& recorded) {
    if (recorded.is_array()) {
        return cells_of(world, recorded);
    }
    if (!recorded.is_object()) {
        return {recorded};
    }
    if (recorded.size() == 1 && recorded.begin().key().starts_with("$")) {
        return cell_of_tag(world, recorded.begin().key(), recorded.begin().value());
    }
    Cell::Dictionary members;
    for (const auto& [key, value] : recorded.items()) {
        members.emplace_back(key, cell_of(world, value));
    }
    return members;
}

Cell table_cell_of(const World& world, const Json& recorded) {
    if (is_tag(recorded, "$set")) {
        throw NotExpressible{"a set in a cell"};
    }
    return cell_of(world, recorded);
}

ColumnType column_type_of(const World& world, const Json& notation) {
    if (notation.is_array()) {
        std::vector<ColumnType> types;
        for (const auto& item : notation) {
            types.push_back(column_type_of(world, item));
        }
        if (types.empty()) {
            return ColumnType::list();
        }
        return types.size() == 1 ? ColumnType::list(types.front())
                                 : ColumnType::union_of(std::move(types));
    }
    if (!notation.is_object()) {
        return ColumnType::constant(notation);
    }
    if (notation.size() == 1 && notation.begin().key().starts_with("$")) {
        return type_of_tag(world, notation.begin().key(), notation.begin().value());
    }
    ColumnType::Members members;
    for (const auto& [key, type] : notation.items()) {
        members.emplace_back(key, column_type_of(world, type));
    }
    return ColumnType::dictionary(std::move(members));
}

} // namespace vitrine::golden
