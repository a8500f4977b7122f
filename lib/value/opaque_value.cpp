// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/media_file.hpp>
#include <vitrine/value/opaque_value.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace vitrine {

namespace {

/// Calls `use(key, string)` for every string in `json` that is a value; `key` is the key of the
/// member that is the string, or of the member whose list contains it.
void for_each_string(Json& json, std::string_view key,
                     const std::function<void(std::string_view, std::string&)>& use) {
    if (json.is_string()) {
        use(key, json.get_ref<std::string&>());
    } else if (json.is_array()) {
        for (Json& item : json) {
            for_each_string(item, key, use);
        }
    } else if (json.is_object()) {
        for (auto& [name, item] : json.get_ref<Json::object_t&>()) {
            for_each_string(item, name, use);
        }
    }
}

/// The member `_type`, or `type`, which saved models have instead.
const Json* type_member(const Json& json) {
    for (const char* name : {"_type", "type"}) {
        if (json.is_object() && json.contains(name)) {
            const Json& type = json.at(name);
            return type.is_string() ? &type : nullptr;
        }
    }
    return nullptr;
}

std::string folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? "" : path.substr(0, slash));
}

} // namespace

OpaqueValue::OpaqueValue(Json json, std::shared_ptr<const ValueSource> source)
    : json_(std::move(json)), source_(std::move(source)) {
    const Json* type = type_member(json_);
    if (type == nullptr) {
        throw Error(ErrorCode::InvalidFormat,
                    "expected a JSON object with a string '_type' for a value");
    }
    type_ = type->get<std::string>();
    if (const auto notes = json_.find("vitrine"); notes != json_.end() && notes->is_object()) {
        notes_ = std::move(*notes);
        json_.erase(notes);
    }
    std::set<std::string> seen;
    const auto add = [&](const std::string& path) {
        if (seen.insert(path).second) {
            files_.push_back(path);
        }
    };
    for_each_string(json_, "", [&](std::string_view key, std::string& text) {
        if (!source_ || text == type_ || text.empty()) {
            return;
        }
        if (source_->contains(text)) {
            add(text);
        } else if (key.ends_with("path")) {
            for (const std::string& path : source_->files_below(text)) {
                add(path);
            }
        }
    });
}

Json OpaqueValue::to_json(ValueSink& sink) const {
    ArtifactSink* artifact = sink.artifact();
    if (artifact == nullptr) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("a value of the unregistered type ", quoted(type_),
                           " cannot be logged to a run"));
    }
    std::map<std::string, std::string, std::less<>> moved;
    for (const std::string& path : files_) {
        const auto file = MediaFile::from_source(source_, path);
        if (std::string place = artifact->add_media(file, folder_of(path)); place != path) {
            moved[path] = std::move(place);
        }
    }
    for (const auto& [key, note] : notes_.items()) {
        artifact->annotate(key, note);
    }
    Json json = json_;
    std::set<std::string> renamed;
    for_each_string(json, "", [&](std::string_view, std::string& text) {
        if (const auto place = moved.find(text); place != moved.end()) {
            renamed.insert(text);
            text = place->second;
        }
    });
    for (const auto& item : moved) {
        if (!renamed.contains(item.first)) { // the JSON names only its folder
            throw Error(ErrorCode::AlreadyExists,
                        concat("cannot add the same path twice: ", quoted(item.first)));
        }
    }
    return json;
}

bool OpaqueValue::equals(const Value& other) const {
    const auto* opaque = dynamic_cast<const OpaqueValue*>(&other);
    if (opaque == nullptr || render_json(json_) != render_json(opaque->json_)) {
        return false;
    }
    return std::all_of(files_.begin(), files_.end(), [&](const std::string& path) {
        return opaque->source_ && opaque->source_->contains(path) &&
               MediaFile::from_source(source_, path).sha256() ==
                   MediaFile::from_source(opaque->source_, path).sha256();
    });
}

} // namespace vitrine
