// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/media/media.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// Adds the file to the artifact and returns {"path", "_type"}, with which the JSON of all media in
/// artifacts begins. Throws: InvalidArgument if the sink is not an artifact.
Json artifact_media_json(ValueSink& sink, const Media& media);

/// Returns the file that the member `path` of a stored JSON refers to. Throws: InvalidFormat if the
/// JSON has another `_type` or no path; NotFound.
MediaFile restored_file(const Json& json, std::string_view type,
                        std::shared_ptr<const ValueSource> source);

/// Returns the first of `types` that `path` ends with, or "".
std::string_view file_type_of(std::string_view path, std::span<const std::string_view> types);
/// Returns "a, b, c".
std::string joined(std::span<const std::string_view> types);

/// Returns the JSON of each value of a logged list.
/// Throws: InvalidArgument if the list is empty or a value is not bound to this run.
template <class T>
Json list_json(std::span<const T> items, RunSink& run) {
    if (items.empty()) {
        throw Error(ErrorCode::InvalidArgument, "expected at least one value to log, got none");
    }
    Json list = Json::array();
    for (const T& item : items) {
        list.push_back(item.to_json(run));
    }
    return list;
}

/// Returns the captions of a logged list, null for values without one; false if the first has none.
/// `one` is the name of a value for the message.
/// Throws: InvalidArgument if the list is empty.
template <class T>
Json caption_list(std::span<const T> items, std::string_view one) {
    if (items.empty()) {
        throw Error(ErrorCode::InvalidArgument,
                    "expected at least one " + std::string(one) + ", got none");
    }
    if (items.front().caption().is_null()) {
        return false;
    }
    Json list = Json::array();
    for (const T& item : items) {
        list.push_back(item.caption());
    }
    return list;
}

} // namespace vitrine
