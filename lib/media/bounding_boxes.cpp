// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/bounding_boxes.hpp>

#include "core/python.hpp"
#include "core/refuse.hpp"
#include "core/text.hpp"
#include "media/class_labels.hpp"
#include "media/json_fields.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

namespace vitrine {

namespace {

constexpr std::string_view kBoxLabelSection = "bounding_box/class_labels";
constexpr std::string_view kRunType = "boxes2D";

/// Whether W&B takes the value for a number: a boolean is one.
bool is_number(const Json* value) {
    return value != nullptr &&
           (value->is_number() || value->is_boolean() || is_big_integer(*value));
}

bool has_numbers(const Json& position, std::initializer_list<std::string_view> names) {
    return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
        return is_number(find_member(position, name));
    });
}

bool is_position(const Json* position) {
    if (position == nullptr || !position->is_object()) {
        return false;
    }
    const Json* middle = find_member(*position, "middle");
    if (middle != nullptr && middle->is_array() && middle->size() == 2 &&
        has_numbers(*position, {"width", "height"})) {
        return true;
    }
    return has_numbers(*position, {"minX", "maxX", "minY", "maxY"});
}

void check_scores(const Json& scores) {
    if (!scores.is_object()) {
        refuse(concat("expected an object of box scores, got ", scores.type_name()));
    }
    for (const auto& [name, score] : scores.items()) {
        if (!is_number(&score)) {
            refuse(concat("expected a number as a box score, got ", score.type_name(), " for ",
                          quoted(name)));
        }
    }
}

/// Throws unless W&B accepts the box; checks in W&B's order.
void check_box(const Json& box) {
    if (!box.is_object() || !is_position(find_member(box, "position"))) {
        refuse("expected a box with a position: middle, width and height, or minX, maxX, minY and "
               "maxY");
    }
    if (const auto scores = box.find("scores"); scores != box.end()) {
        check_scores(*scores);
    }
    if (const auto id = box.find("class_id"); id != box.end()) {
        if (!id->is_number_integer() && !id->is_boolean() && !is_big_integer(*id)) {
            refuse(concat("'class_id': expected an integer, got ", id->type_name()));
        }
    }
    if (const auto caption = box.find("box_caption"); caption != box.end()) {
        if (!caption->is_string()) {
            refuse(concat("'box_caption': expected text, got ", caption->type_name()));
        }
    }
}

const Json& checked_boxes(const Json& dictionary) {
    const auto boxes = dictionary.find("box_data");
    if (boxes == dictionary.end()) {
        refuse("'box_data' is missing");
    }
    if (!boxes->is_array()) {
        refuse(concat("expected a list of boxes, got ", boxes->type_name()));
    }
    std::size_t index = 0;
    for (const Json& box : *boxes) {
        try {
            check_box(box);
        } catch (Error& error) {
            error.add_context(concat("box ", index));
            throw;
        }
        ++index;
    }
    return *boxes;
}

/// The box's class id; nothing if it is missing or beyond 64 bits, so that no label can be derived.
std::optional<std::int64_t> class_id_of(const Json& box) {
    const Json* id = find_member(box, "class_id");
    if (id == nullptr || is_big_integer(*id)) {
        return std::nullopt;
    }
    if (id->is_boolean()) {
        return id->get<bool>() ? 1 : 0;
    }
    return id->get<std::int64_t>();
}

/// The labels "class_<id>". Restored boxes may have no class_id, if their labels were given when
/// they were made.
Json derived_labels(const Json& boxes, bool restored) {
    std::set<std::int64_t> ids;
    std::size_t index = 0;
    for (const Json& box : boxes) {
        if (const auto id = class_id_of(box)) {
            ids.insert(*id);
        } else if (!restored) {
            refuse(concat("box ", index, ": 'class_id' is missing, and there are no class labels"));
        }
        ++index;
    }
    return default_class_labels(ids);
}

} // namespace

Box::Box(Json json) : json_(std::move(json)) {}

Box Box::from_corners(double min_x, double min_y, double max_x, double max_y,
                      std::int64_t class_id) {
    Json position = Json::object();
    position["minX"] = min_x;
    position["maxX"] = max_x;
    position["minY"] = min_y;
    position["maxY"] = max_y;
    Json json = Json::object();
    json["position"] = std::move(position);
    json["class_id"] = class_id;
    return Box(std::move(json));
}

Box Box::from_middle(double x, double y, double width, double height, std::int64_t class_id) {
    Json position = Json::object();
    position["middle"] = Json::array({x, y});
    position["width"] = width;
    position["height"] = height;
    Json json = Json::object();
    json["position"] = std::move(position);
    json["class_id"] = class_id;
    return Box(std::move(json));
}

Box& Box::pixels() {
    constexpr double kExact = 9007199254740992.0; // 2^53
    const auto as_integer = [](Json& number) {
        const auto value = number.is_number_float() ? number.get<double>() : NAN;
        if (std::trunc(value) == value && std::abs(value) <= kExact) {
            number = static_cast<std::int64_t>(value);
        }
    };
    for (Json& item : json_["position"]) {
        if (item.is_array()) {
            std::for_each(item.begin(), item.end(), as_integer);
        } else {
            as_integer(item);
        }
    }
    json_["domain"] = "pixel";
    return *this;
}

Box& Box::caption(std::string text) {
    json_["box_caption"] = std::move(text);
    return *this;
}

Box& Box::score(std::string name, double value) {
    json_["scores"][std::move(name)] = value;
    return *this;
}

struct BoundingBoxes2D::Body {
    Json box_data;
    Json class_labels;
    bool has_class_labels = false;
    std::string key;

    static std::shared_ptr<const Body> make(const Json& dictionary, std::string key,
                                            bool restored) {
        if (!dictionary.is_object()) {
            refuse(concat("expected an object with 'box_data', got ", dictionary.type_name()));
        }
        auto body = std::make_shared<Body>();
        const auto labels = dictionary.find("class_labels");
        if (labels != dictionary.end()) {
            check_class_labels(*labels);
        }
        body->box_data = checked_boxes(dictionary);
        body->has_class_labels = labels != dictionary.end();
        body->class_labels =
            body->has_class_labels ? *labels : derived_labels(body->box_data, restored);
        body->key = std::move(key);
        return body;
    }
};

BoundingBoxes2D::BoundingBoxes2D(MediaFile file, std::shared_ptr<const Body> body)
    : Media(std::move(file)), body_(std::move(body)) {}

namespace {

/// The file for a run: the dictionary with its members in the given order.
MediaFile dictionary_file(const Json& dictionary) {
    return MediaFile::from_bytes(render_json(dictionary, kOrderedJson), ".boxes2D.json");
}

} // namespace

BoundingBoxes2D::BoundingBoxes2D(const Json& dictionary, std::string key)
    : Media(dictionary_file(dictionary)),
      body_(Body::make(dictionary, std::move(key), /*restored=*/false)) {}

std::size_t BoundingBoxes2D::count() const noexcept {
    return box_data().size();
}

const Json& BoundingBoxes2D::box_data() const noexcept {
    return body_->box_data;
}

const Json& BoundingBoxes2D::class_labels() const noexcept {
    return body_->class_labels;
}

bool BoundingBoxes2D::has_class_labels() const noexcept {
    return body_->has_class_labels;
}

const std::string& BoundingBoxes2D::key() const noexcept {
    return body_->key;
}

void BoundingBoxes2D::bind_to_run(RunSink& run, const Json& key, const Json& step,
                                  const Json& id) const {
    Media::bind_to_run(run, key, step, id);
    run.add_singleton(kBoxLabelSection, python_text(key) + "_wandb_delimeter_" + this->key(),
                      class_labels());
}

Json BoundingBoxes2D::to_json(ValueSink& sink) const {
    if (RunSink* run = sink.run()) {
        return run_json(*run, kRunType);
    }
    if (ArtifactSink* artifact = sink.artifact()) {
        if (has_class_labels()) {
            artifact->annotate("labels", class_labels());
        }
        return box_data();
    }
    refuse("boxes can only be written to a run or an artifact");
}

BoundingBoxes2D BoundingBoxes2D::from_json(const Json& json,
                                           std::shared_ptr<const ValueSource> /*source*/) {
    return restoring("boxes", [&] {
        const Json* list = json.is_object() ? find_member(json, "value") : &json;
        Json dictionary = Json::object();
        dictionary["box_data"] = list == nullptr ? Json() : *list;
        if (json.is_object()) {
            if (const Json* labels = annotated_labels(json, {"labels"})) {
                dictionary["class_labels"] = *labels;
            }
        }
        auto body = Body::make(dictionary, "", /*restored=*/true);
        return BoundingBoxes2D(dictionary_file(dictionary), std::move(body));
    });
}

bool BoundingBoxes2D::equals(const Value& other) const {
    const auto* boxes = dynamic_cast<const BoundingBoxes2D*>(&other);
    if (boxes == nullptr || render_json(box_data()) != render_json(boxes->box_data())) {
        return false;
    }
    return !has_class_labels() || !boxes->has_class_labels() ||
           render_json(class_labels()) == render_json(boxes->class_labels());
}

BoundingBoxes2D BoundingBoxes2D::with_key(std::string key, const Classes* classes) const {
    auto body = std::make_shared<Body>(*body_);
    body->key = std::move(key);
    if (classes != nullptr && !body->has_class_labels) {
        body->class_labels = class_labels_of(*classes);
    }
    return BoundingBoxes2D(file(), std::move(body));
}

BoundingBoxes2D::Builder& BoundingBoxes2D::Builder::add(const Box& box) {
    boxes_.push_back(box.json());
    return *this;
}

BoundingBoxes2D::Builder& BoundingBoxes2D::Builder::label(std::int64_t class_id,
                                                          std::string_view name) {
    labels_[std::to_string(class_id)] = name;
    return *this;
}

BoundingBoxes2D BoundingBoxes2D::Builder::build() const {
    Json dictionary = Json::object();
    dictionary["box_data"] = boxes_;
    if (!labels_.empty()) {
        dictionary["class_labels"] = labels_;
    }
    return BoundingBoxes2D(dictionary);
}

} // namespace vitrine
