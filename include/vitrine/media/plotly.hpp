// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/media/media.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace vitrine {

/// A chart of plotly: its figure as JSON, in a file. Immutable (but for bind_to_run); a cheap
/// handle; safe to use from many threads.
///
/// JSON in an artifact: {"path", "_type": "plotly-file"}. As in W&B the JSON is called
/// "<name>.json", without the type: Artifact::get finds it by that whole name.
/// Source: wandb/data_types.py, Plotly.
class VITRINE_EXPORT Plotly : public Media {
public:
    static constexpr std::string_view artifact_type = "plotly-file";

    /// What plotly's `figure.to_plotly_json()` returns: {"data": [trace, ...], "layout"?,
    /// "frames"?}. Throws: InvalidArgument unless it is an object with a list "data", and its text
    /// is UTF-8.
    explicit Plotly(const Json& figure);

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/plotly"; }

    /// Reads the file at each call. Throws: InvalidFormat if it is not a figure; what read_file
    /// throws.
    Json figure() const;

    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact; reads no file. Throws: InvalidFormat that names the
    /// member; what ValueSource::file throws.
    static Plotly from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the bytes are equal. Throws: what `sha256` throws.
    bool equals(const Value& other) const override;

private:
    explicit Plotly(MediaFile file);
    std::string_view class_name() const override { return "Plotly"; }
};

} // namespace vitrine
