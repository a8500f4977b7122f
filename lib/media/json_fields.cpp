// SPDX-License-Identifier: MIT
#include "media/json_fields.hpp"

#include "core/python.hpp"
#include "core/text.hpp"

namespace vitrine {

const Json* find_member(const Json& object, std::string_view name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string expected_message(std::string_view name, std::string_view expected, const Json& value) {
    return concat(quoted(name), ": expected ", expected, ", got ", value.type_name());
}

const Json& expect_object(const Json& value, std::string_view name) {
    if (!value.is_object()) {
        throw Error(ErrorCode::InvalidFormat, expected_message(name, "an object", value));
    }
    return value;
}

std::string string_member(const Json& object, std::string_view name) {
    const auto found = object.find(name);
    if (found == object.end()) {
        throw Error(ErrorCode::InvalidFormat, concat(quoted(name), " is missing"));
    }
    if (!found->is_string()) {
        throw Error(ErrorCode::InvalidFormat, expected_message(name, "a string", *found));
    }
    return found->get<std::string>();
}

void expect_type(const Json& json, std::string_view type) {
    if (!json.is_object()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected a JSON object, got ", json.type_name()));
    }
    const auto given = json.find("_type");
    if (given == json.end()) {
        return;
    }
    if (!given->is_string() || given->get_ref<const std::string&>() != type) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("'_type': expected ", quoted(type), ", got ",
                           given->is_string() ? quoted(given->get_ref<const std::string&>())
                                              : std::string(given->type_name())));
    }
}

bool same_note(const Json& a, const Json& b) {
    return is_truthy(a) || is_truthy(b) ? render_json(a) == render_json(b) : true;
}

void throw_other_value(std::string_view path, std::string_view expected, const Value* value) {
    throw Error(ErrorCode::InvalidFormat,
                concat("expected ", expected, " at ", quoted(path), ", got ",
                       value != nullptr ? concat("a value of type ", quoted(value->type()))
                                        : std::string("a value of an unregistered type")));
}

} // namespace vitrine
