// SPDX-License-Identifier: MIT
#include "golden/scripted_sink.hpp"

#include <vitrine/core/error.hpp>

namespace vitrine::golden {

ScriptedSink::ScriptedSink(const Json& recorded) {
    if (recorded.is_object() && recorded.value("_type", Json()) == "joined-table") {
        table1_ = recorded.at("table1").get<std::string>();
        table2_ = recorded.at("table2").get<std::string>();
    }
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

AddedValue ScriptedSink::add_value(const Value&, std::string_view path) {
    return {path.starts_with("t2_") ? table2_ : table1_, ""};
}

AddedValue ScriptedSink::add_entry(const SourcePath&, std::string_view path) {
    return {std::string(path), ""};
}

AddedValue ScriptedSink::add_shared(const Value&, std::string_view) {
    return classes_;
}

} // namespace vitrine::golden
