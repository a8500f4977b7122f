// SPDX-License-Identifier: MIT
#include "golden/scripted_sink.hpp"

#include <vitrine/core/error.hpp>

namespace vitrine::golden {

ScriptedSink::ScriptedSink(const Json& recorded) {
    collect(recorded);
}

void ScriptedSink::collect(const Json& recorded) {
    if (!recorded.is_structured()) {
        return;
    }
    if (recorded.is_object() && recorded.contains("path") && recorded.at("path").is_string()) {
        const auto path = recorded.at("path").get<std::string>();
        if (recorded.contains("type")) {
            classes_ = {path, recorded.at("digest").get<std::string>()};
        } else {
            media_.push_back(path);
        }
    }
    for (const auto& item : recorded) {
        collect(item);
    }
}

std::string ScriptedSink::add_media(const MediaFile&, std::string_view) {
    if (next_ == media_.size()) {
        throw Error(ErrorCode::InvalidArgument, "more media files than the SDK has");
    }
    return media_[next_++];
}

AddedValue ScriptedSink::add_shared(const Value&, std::string_view) {
    return classes_;
}

} // namespace vitrine::golden
