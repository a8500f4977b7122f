// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/media.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// A picture that assigns a class to each pixel of an image: 8-bit grey, the value is the class id.
/// Immutable (but for bind_to_run); a cheap handle; safe to use from many threads.
///
/// JSON in an artifact: {"path": ..., "_type": "mask"}. Source: wandb/data_types.py, ImageMask.
class VITRINE_EXPORT ImageMask : public Media {
public:
    static constexpr std::string_view artifact_type = "mask";

    /// W&B's dictionary: {"mask_data": rows of numbers} or {"path": file}, and "class_labels"
    /// {"1": "tree"}. `key` is the group's name for a value that is logged alone.
    /// Throws: InvalidArgument if the class labels are not an object of numbers to text, or the
    /// rows differ in length; as from_path and the constructor from an array.
    explicit ImageMask(const Json& dictionary, std::string key = "");
    /// From an array (height, width) of class ids, which is encoded as PNG at once. Fractions are
    /// cut off. Throws: InvalidArgument unless it is two-dimensional, of 1 to kMaxPictureDimension
    /// pixels a side, with numbers of 0 to 255.
    explicit ImageMask(const ArrayView& mask_data, const std::vector<ClassLabel>& labels = {});
    /// A picture file, kept byte for byte. Throws: NotFound; IoError; InvalidFormat for a file that
    /// is not a picture; Unsupported for a format that this build cannot read; InvalidArgument for
    /// a folder.
    static ImageMask from_path(const std::filesystem::path& path,
                               const std::vector<ClassLabel>& labels = {});

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/images/mask"; }

    /// {"1": "tree"}: as given; in a restored image, from its classes; else, for a mask from an
    /// array, {"1": "class_1", ...} of the sorted distinct values; else empty. Valid while a copy
    /// of this handle lives, as is the key.
    const Json& class_labels() const noexcept;
    /// Whether the class labels were given, not derived.
    bool has_class_labels() const noexcept;
    /// The name of the group; "" if it was given none.
    const std::string& key() const noexcept;

    /// Decodes at each call, in the file's own mode: L for a mask made from an array.
    /// Throws: what decode_picture and read_file throw.
    Pixels pixels() const;

    /// Binds, and puts the class labels into the run's config. Throws: as Media::bind_to_run and
    /// RunSink::add_singleton.
    void bind_to_run(RunSink& run, const Json& key, const Json& step,
                     const Json& id = nullptr) const override;
    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact; reads no file. Throws: InvalidFormat that names the
    /// member; what ValueSource::file throws.
    static ImageMask from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the pixels are equal, and the class labels where both were given. Throws: as pixels.
    bool equals(const Value& other) const override;

    /// A copy under another name. Takes the labels of `classes` if it has none of its own. Throws:
    /// what `file` throws.
    ImageMask with_key(std::string key, const Classes* classes = nullptr) const;

private:
    friend class Image;
    struct Body;
    ImageMask(MediaFile file, std::shared_ptr<const Body> body);
    static ImageMask from_pixels(const Pixels& pixels, const Json* labels, std::string key);
    static ImageMask from_file(const std::filesystem::path& path, const Json* labels,
                               std::string key);
    static ImageMask from_dictionary(const Json& dictionary, std::string key);
    /// The JSON in an artifact, without a note of the labels.
    Json group_json(ArtifactSink& artifact) const;
    std::string_view class_name() const override { return "ImageMask"; }
    std::shared_ptr<const Body> body_;
};

/// Groups by name, in order.
using MaskGroups = std::vector<std::pair<std::string, ImageMask>>;

} // namespace vitrine
