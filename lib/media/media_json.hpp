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

/// {"path", "_type"}, as the JSON of all media in artifacts begins; their file is put there.
/// Throws: InvalidArgument for a sink that is no artifact.
Json artifact_media_json(ValueSink& sink, const Media& media);

/// The file that `path` of a stored JSON names. Throws: InvalidFormat if it is of another `_type`
/// or has no path; NotFound.
MediaFile restored_file(const Json& json, std::string_view type,
                        std::shared_ptr<const ValueSource> source);

/// As Python's str.endswith for any of `types`; the one that fits, or "".
std::string_view file_type_of(std::string_view path, std::span<const std::string_view> types);
/// "a, b, c"
std::string joined(std::span<const std::string_view> types);

/// The JSON of each of the values of a list that is logged.
/// Throws: InvalidArgument for no values, or one that is not bound to this run.
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

/// The captions of a list that is logged, null where there is none, or false if the first has none.
/// `one` is what they are, for the message.
/// Throws: InvalidArgument for no values.
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
