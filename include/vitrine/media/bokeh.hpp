// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/media/media.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace vitrine {

/// A document of Bokeh as a JSON file, kept as it is. Immutable (but for bind_to_run); a cheap
/// handle; safe to use from many threads.
///
/// JSON in an artifact: {"path", "_type": "bokeh-file"}. Source: wandb/data_types.py, Bokeh.
class VITRINE_EXPORT Bokeh : public Media {
public:
    static constexpr std::string_view artifact_type = "bokeh-file";

    /// A file `*.bokeh.json`, as Bokeh's `document.to_json()` writes it.
    /// Throws: NotFound; IoError; InvalidArgument for another name, or a folder; InvalidFormat if
    /// it is not JSON.
    explicit Bokeh(const std::filesystem::path& path);

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/bokeh"; }

    /// Reads the file at each call. Throws: InvalidFormat if it is not JSON; what read_file throws.
    Json document() const;

    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact; reads no file. Throws: InvalidFormat that names the
    /// member; what ValueSource::file throws.
    static Bokeh from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the bytes are equal. Throws: what `sha256` throws.
    bool equals(const Value& other) const override;

    /// vitrine::with_suffix for Bokeh: "plot" -> "plot.bokeh-file.json".
    static std::string with_suffix(std::string_view name, std::string_view filetype = "json") {
        return vitrine::with_suffix(name, artifact_type, filetype);
    }

private:
    explicit Bokeh(MediaFile file);
    std::string_view class_name() const override { return "Bokeh"; }
};

} // namespace vitrine
