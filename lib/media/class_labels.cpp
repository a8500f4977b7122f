// SPDX-License-Identifier: MIT
#include "media/class_labels.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "media/json_fields.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace vitrine {

namespace {

bool is_number_text(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error != std::errc::invalid_argument && end == text.data() + text.size();
}

} // namespace

void check_class_labels(const Json& labels) {
    constexpr std::string_view kExpected = "expected class labels as an object of numbers to text";
    if (!labels.is_object()) {
        throw Error(ErrorCode::InvalidArgument, concat(kExpected, ", got ", labels.type_name()));
    }
    for (const auto& [id, name] : labels.items()) {
        if (!is_number_text(id)) {
            throw Error(ErrorCode::InvalidArgument,
                        concat(kExpected, ", got the key ", quoted(id)));
        }
        if (!name.is_string()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat(kExpected, ", got ", name.type_name(), " for ", quoted(id)));
        }
    }
}

Json class_labels_of(const std::vector<ClassLabel>& labels) {
    Json object = Json::object();
    for (const ClassLabel& label : labels) {
        object[std::to_string(label.id)] = label.name;
    }
    return object;
}

Json class_labels_of(const Classes& classes) {
    Json object = Json::object();
    for (const Json& entry : classes.class_set()) {
        const Json& id = entry.at("id");
        const Json& name = entry.at("name");
        if (!name.is_string()) {
            continue;
        }
        if (id.is_number_integer() || is_big_integer(id)) {
            object[integer_text(id)] = name;
        } else if (id.is_number_float()) {
            object[python_float(id.get<double>())] = name;
        }
    }
    return object;
}

Json default_class_labels(const std::set<std::int64_t>& ids) {
    Json object = Json::object();
    for (const std::int64_t id : ids) {
        object[std::to_string(id)] = "class_" + std::to_string(id);
    }
    return object;
}

bool is_subset(const Json& labels, const Json& all) {
    const auto items = labels.items();
    return std::all_of(items.begin(), items.end(), [&](const auto& item) {
        const Json* name = find_member(all, item.key());
        return name != nullptr && *name == item.value();
    });
}

const Json* annotated_labels(const Json& json, std::initializer_list<std::string_view> path) {
    const Json* found = find_member(json, "vitrine");
    for (const std::string_view name : path) {
        if (found == nullptr) {
            return nullptr;
        }
        found = find_member(expect_object(*found, "vitrine"), name);
    }
    if (found != nullptr) {
        restoring("'vitrine'", [&] { check_class_labels(*found); });
    }
    return found;
}

} // namespace vitrine
