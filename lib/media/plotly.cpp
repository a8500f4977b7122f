// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/plotly.hpp>

#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "media/media_json.hpp"

#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kPlotlyExtension = ".plotly.json";

void check_figure(const Json& figure) {
    if (!figure.is_object()) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("expected a plotly figure, which is a JSON object, got ", figure.type_name()));
    }
    const auto data = figure.find("data");
    if (data == figure.end() || !data->is_array()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a plotly figure with a list 'data', got ",
                           data == figure.end() ? "none" : data->type_name()));
    }
}

} // namespace

Plotly::Plotly(MediaFile file) : Media(file.with_extension(std::string(kPlotlyExtension))) {}

Plotly::Plotly(const Json& figure)
    : Plotly([&] {
          check_figure(figure);
          return MediaFile::from_bytes(render_json(figure, kOrderedJson),
                                       std::string(kPlotlyExtension));
      }()) {}

Json Plotly::figure() const {
    return restoring("figure", [&] {
        Json figure = parse_json(read_file());
        check_figure(figure);
        return figure;
    });
}

Json Plotly::to_json(ValueSink& sink) const {
    return sink.run() != nullptr ? run_json(*sink.run(), artifact_type)
                                 : artifact_media_json(sink, *this);
}

Plotly Plotly::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    return Plotly(restored_file(json, artifact_type, std::move(source)));
}

bool Plotly::equals(const Value& other) const {
    const auto* plotly = dynamic_cast<const Plotly*>(&other);
    return plotly != nullptr && sha256() == plotly->sha256();
}

} // namespace vitrine
