// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/classes.hpp>

#include "core/text.hpp"
#include "media/json_fields.hpp"

#include <utility>

namespace vitrine {

namespace {

void check_class_set(const Json& class_set) {
    if (!class_set.is_array()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a list of classes, got ", class_set.type_name()));
    }
    std::size_t index = 0;
    for (const Json& entry : class_set) {
        if (!entry.is_object() || !entry.contains("id") || !entry.contains("name")) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("class ", index, ": expected an object with 'id' and 'name', got ",
                               quoted(entry.dump(-1, ' ', true, Json::error_handler_t::replace))));
        }
        ++index;
    }
}

Json class_set_of(const auto& labels) {
    Json list = Json::array();
    for (const ClassLabel& label : labels) {
        Json entry = Json::object();
        entry["id"] = label.id;
        entry["name"] = label.name;
        list.push_back(std::move(entry));
    }
    return list;
}

std::optional<std::int64_t> id_of(const Json& entry) {
    const Json& id = entry.at("id");
    if (!id.is_number_integer() ||
        (id.is_number_unsigned() && !std::in_range<std::int64_t>(id.get<std::uint64_t>()))) {
        return std::nullopt;
    }
    return id.get<std::int64_t>();
}

} // namespace

Classes::Classes(const Json& class_set) {
    check_class_set(class_set);
    class_set_ = std::make_shared<const Json>(class_set);
}

Classes::Classes(std::initializer_list<ClassLabel> labels)
    : class_set_(std::make_shared<const Json>(class_set_of(labels))) {}

Classes::Classes(const std::vector<ClassLabel>& labels)
    : class_set_(std::make_shared<const Json>(class_set_of(labels))) {}

std::size_t Classes::size() const noexcept {
    return class_set_->size();
}

std::vector<ClassLabel> Classes::labels() const {
    std::vector<ClassLabel> labels;
    for (const Json& entry : class_set()) {
        const auto id = id_of(entry);
        if (id && entry.at("name").is_string()) {
            labels.push_back({*id, entry.at("name").get<std::string>()});
        }
    }
    return labels;
}

std::optional<std::string> Classes::name_of(std::int64_t id) const {
    for (const Json& entry : class_set()) {
        if (id_of(entry) == id && entry.at("name").is_string()) {
            return entry.at("name").get<std::string>();
        }
    }
    return std::nullopt;
}

Json Classes::to_json(ValueSink& sink) const {
    if (sink.artifact() == nullptr) {
        throw Error(ErrorCode::InvalidArgument,
                    "classes cannot be logged to a run: they have no file");
    }
    return to_json();
}

Json Classes::to_json() const {
    Json json = Json::object();
    json["_type"] = artifact_type;
    json["class_set"] = class_set();
    return json;
}

Classes Classes::from_json(const Json& json, std::shared_ptr<const ValueSource> /*source*/) {
    expect_type(json, artifact_type);
    const Json* class_set = find_member(json, "class_set");
    if (class_set == nullptr) {
        throw Error(ErrorCode::InvalidFormat, "'class_set' is missing");
    }
    return restoring("'class_set'", [&] { return Classes(*class_set); });
}

bool Classes::equals(const Value& other) const {
    const auto* classes = dynamic_cast<const Classes*>(&other);
    return classes != nullptr && (classes->class_set_ == class_set_ ||
                                  render_json(class_set()) == render_json(classes->class_set()));
}

} // namespace vitrine
