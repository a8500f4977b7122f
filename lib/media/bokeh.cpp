// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/bokeh.hpp>

#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "media/media_json.hpp"

#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kBokehExtension = ".bokeh.json";

void check_name(std::string_view path) {
    if (!path.ends_with(kBokehExtension)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a file that ends with ", quoted(kBokehExtension), ", got ",
                           quoted(path)));
    }
}

MediaFile document_file(const std::filesystem::path& path) {
    auto [file, bytes] = MediaFile::load(path);
    check_name(file.path());
    try {
        parse_json(bytes);
    } catch (Error& error) {
        error.add_context(concat("reading Bokeh document ", quoted(path.string())));
        throw;
    }
    return file;
}

} // namespace

Bokeh::Bokeh(MediaFile file) : Media(file.with_extension(std::string(kBokehExtension))) {}

Bokeh::Bokeh(const std::filesystem::path& path) : Bokeh(document_file(path)) {}

Json Bokeh::document() const {
    return restoring("document", [&] { return parse_json(read_file()); });
}

Json Bokeh::to_json(ValueSink& sink) const {
    return sink.run() != nullptr ? run_json(*sink.run(), artifact_type)
                                 : artifact_media_json(sink, *this);
}

Bokeh Bokeh::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    MediaFile file = restored_file(json, artifact_type, std::move(source));
    restoring("'path'", [&] { check_name(file.path()); });
    return Bokeh(std::move(file));
}

bool Bokeh::equals(const Value& other) const {
    const auto* bokeh = dynamic_cast<const Bokeh*>(&other);
    return bokeh != nullptr && sha256() == bokeh->sha256();
}

} // namespace vitrine
