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

/// Calls `use` with every string of `json` that is a value, not a key.
void for_each_string(Json& json, const std::function<void(std::string&)>& use) {
    if (json.is_string()) {
        use(json.get_ref<std::string&>());
    } else if (json.is_structured()) {
        for (Json& item : json) {
            for_each_string(item, use);
        }
    }
}

std::string folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? "" : path.substr(0, slash));
}

} // namespace

OpaqueValue::OpaqueValue(Json json, std::shared_ptr<const ValueSource> source)
    : json_(std::move(json)), source_(std::move(source)) {
    const auto type = json_.find("_type");
    if (!json_.is_object() || type == json_.end() || !type->is_string()) {
        throw Error(ErrorCode::InvalidFormat,
                    "expected a JSON object with a string '_type' for a value");
    }
    type_ = type->get<std::string>();
    if (const auto notes = json_.find("vitrine"); notes != json_.end() && notes->is_object()) {
        notes_ = std::move(*notes);
        json_.erase(notes);
    }
    std::set<std::string> seen;
    for_each_string(json_, [&](std::string& text) {
        if (source_ && text != type_ && seen.insert(text).second && source_->contains(text)) {
            files_.push_back(text);
        }
    });
}

Json OpaqueValue::to_json(ValueSink& sink) const {
    ArtifactSink* artifact = sink.artifact();
    if (artifact == nullptr) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("a value of the unknown type ", quoted(type_), " cannot be logged to a run"));
    }
    std::map<std::string, std::string, std::less<>> places;
    for (const std::string& path : files_) {
        const auto file = MediaFile::from_source(source_, path);
        places[path] = artifact->add_media(file, folder_of(path));
    }
    for (const auto& [key, note] : notes_.items()) {
        artifact->annotate(key, note);
    }
    Json json = json_;
    for_each_string(json, [&](std::string& text) {
        if (const auto place = places.find(text); place != places.end()) {
            text = place->second;
        }
    });
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
