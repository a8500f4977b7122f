// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/media/media.hpp>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// A file that describes molecules, kept as it is. Immutable (but for bind_to_run); a cheap handle;
/// safe to use from many threads.
///
/// JSON in an artifact: {"path", "_type": "molecule-file", "caption"?}. As in W&B the JSON is
/// called "<name>.json", without the type: Artifact::get finds it by that whole name.
/// Source: wandb/data_types.py, Molecule.
class VITRINE_EXPORT Molecule : public Media {
public:
    static constexpr std::string_view artifact_type = "molecule-file";
    /// The supported extensions, in lower case, without the dot.
    static std::span<const std::string_view> supported_types();

    /// A file, whose name must end with a dot and one of supported_types(). `caption` is text, or
    /// null for none.
    /// Throws: InvalidArgument for another type of file, or a folder; NotFound; IoError.
    explicit Molecule(const std::filesystem::path& path, Json caption = nullptr);
    /// The content of such a file. Throws: InvalidArgument for another `file_type` ("pdb").
    static Molecule from_bytes(std::string bytes, std::string_view file_type,
                               Json caption = nullptr);

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/molecule"; }

    /// "pdb": what follows the last dot of the file's name. Throws: what `file` throws.
    std::string file_type() const;
    /// The caption, or null. Valid while a copy of this handle lives.
    const Json& caption() const noexcept { return *caption_; }

    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact; reads no file. Throws: InvalidFormat that names the
    /// member; what ValueSource::file throws.
    static Molecule from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether bytes and caption are equal. Throws: what `sha256` throws.
    bool equals(const Value& other) const override;

    /// The captions, null for molecules without, or false if the first has none.
    /// Throws: InvalidArgument for no molecules.
    static Json captions(std::span<const Molecule> molecules);
    /// {"_type": "molecule", "filenames", "count", "captions"} of values that are bound.
    /// Throws: InvalidArgument for no values, or one that is not bound to this run.
    static Json seq_to_json(std::span<const Molecule> molecules, RunSink& run, const Json& key,
                            const Json& step);

private:
    Molecule(MediaFile file, Json caption);
    Json with_caption(Json json) const;
    std::string_view class_name() const override { return "Molecule"; }
    std::shared_ptr<const Json> caption_;
};

} // namespace vitrine
