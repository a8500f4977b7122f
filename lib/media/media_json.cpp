// SPDX-License-Identifier: MIT
#include "media/media_json.hpp"

#include "core/text.hpp"
#include "media/json_fields.hpp"

#include <utility>

namespace vitrine {

Json artifact_media_json(ValueSink& sink, const Media& media) {
    ArtifactSink* artifact = sink.artifact();
    if (artifact == nullptr) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("a value of type ", quoted(media.type()),
                           " can only be written to a run or an artifact"));
    }
    Json json = Json::object();
    json["path"] = artifact->add_media(media.file(), media.media_subdir());
    json["_type"] = media.type();
    return json;
}

MediaFile restored_file(const Json& json, std::string_view type,
                        std::shared_ptr<const ValueSource> source) {
    expect_type(json, type);
    const std::string path = string_member(json, "path");
    return restoring("'path'", [&] { return MediaFile::from_source(std::move(source), path); });
}

std::string_view file_type_of(std::string_view path, std::span<const std::string_view> types) {
    for (const std::string_view type : types) {
        if (path.ends_with(type)) {
            return type;
        }
    }
    return {};
}

std::string joined(std::span<const std::string_view> types) {
    std::string text;
    for (const std::string_view type : types) {
        text += text.empty() ? "" : ", ";
        text += type;
    }
    return text;
}

} // namespace vitrine
