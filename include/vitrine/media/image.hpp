// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/image/codec.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/image_mask.hpp>
#include <vitrine/media/media.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// W&B's keyword arguments. Null, empty and absent mean the same.
struct ImageOptions {
    /// Pillow's mode for an array ("L", "LA", "RGB", "RGBA"). If absent or "", the array's shape
    /// decides. Files and copies ignore it.
    std::optional<std::string> mode = std::nullopt;
    Json caption = nullptr;                        ///< text, or null
    Json grouping = nullptr;                       ///< any JSON, or null
    std::optional<Classes> classes = std::nullopt; ///< an artifact needs them with boxes or masks
    BoxGroups boxes = {};                          ///< by the names of the groups, each once
    MaskGroups masks = {};                         ///< likewise
    /// The order of an array's channels; the shape must then be (height, width, 3 | 4). If absent,
    /// rgb or rgba by the shape without the dimensions of length 1, as in W&B.
    std::optional<ChannelOrder> channels = std::nullopt;
};

/// A picture with caption, grouping, classes, boxes and masks. Immutable (but for bind_to_run); a
/// cheap handle; safe to use from many threads.
///
/// The picture stays a file: a user's file is kept byte for byte; an array is encoded as PNG at
/// once. pixels() decodes at each call; decoded pixels are not cached.
///
/// JSON in an artifact (see lib/media/FORMAT.md): {"path", "_type": "image-file", "format",
/// "width", "height", "grouping"?, "caption"?, "classes"?, "boxes"?, "masks"?}. Source:
/// wandb/data_types.py, Image.
class VITRINE_EXPORT Image : public Media {
public:
    static constexpr std::string_view artifact_type = "image-file";
    /// Largest width and height in pixels.
    static constexpr std::uint32_t MAX_DIMENSION = kMaxPictureDimension;
    /// At most this many images of a list are logged to a run.
    static constexpr std::size_t MAX_ITEMS = 108;

    /// A picture file. The constructor hashes it and walks it to its end, without decoding.
    /// Throws: NotFound; IoError; InvalidFormat for a file that is not a whole picture; Unsupported
    /// for a format that this build cannot read; InvalidArgument for a folder, or two groups of one
    /// name; what Media::file of the boxes and masks throws, as do the other constructors.
    explicit Image(const std::filesystem::path& path, const ImageOptions& options = {});
    /// An array (height, width), (height, width, 1 | 3 | 4), scaled to bytes by to_uint8. As W&B
    /// does, dimensions of length 1 are dropped first where there are more than two.
    /// Throws: InvalidArgument for another shape, a mode or channel order that does not fit it, a
    /// side of 0 or over MAX_DIMENSION, or two groups of one name.
    explicit Image(const ArrayView& data, const ImageOptions& options = {});
    /// Encodes pixels without scaling. Throws: InvalidArgument as for an array, and for another
    /// number of bytes than the size and mode need.
    explicit Image(const Pixels& pixels, const ImageOptions& options = {});
    /// A new value with another image's picture, caption, grouping and classes; options that are
    /// not null override them. Only the options give boxes and masks. If `other` was restored, the
    /// new image refers to the picture in that artifact, but has no artifact_source. Throws:
    /// InvalidArgument for two groups of one name; what Media::file throws.
    Image(const Image& other, const ImageOptions& options);
    /// An encoded picture in memory, kept byte for byte; the first bytes tell the format.
    /// Throws: InvalidFormat and Unsupported, as for a file; InvalidArgument for two groups of one
    /// name.
    static Image from_bytes(std::string bytes, const ImageOptions& options = {});

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }

    /// Pixels, as stored: EXIF orientation is not applied.
    std::uint32_t width() const noexcept;
    /// Pixels, as stored.
    std::uint32_t height() const noexcept;
    /// The extension of the file's name as written ("JPG", "" if there is none); for data, "png" or
    /// the picture's format. This and the references below are valid while a copy of this handle
    /// lives.
    const std::string& format() const noexcept;
    /// The caption, or null.
    const Json& caption() const noexcept;
    /// The grouping, or null.
    const Json& grouping() const noexcept;
    /// The classes to which boxes and masks refer, or nothing.
    const std::optional<Classes>& classes() const noexcept;
    /// The groups of boxes, by name.
    const BoxGroups& boxes() const noexcept;
    /// The masks, by name.
    const MaskGroups& masks() const noexcept;

    /// Decodes the picture at each call.
    /// Throws: what decode_picture and read_file throw; InvalidFormat if its size is not width()
    /// times height().
    Pixels pixels() const;
    /// The same as RGB or RGBA, with the channels in that order (bgr for OpenCV). Throws: as
    /// pixels().
    Pixels pixels(ChannelOrder order) const;

    /// Binds the picture, its boxes and its masks. Throws: as Media::bind_to_run and
    /// RunSink::add_singleton.
    void bind_to_run(RunSink& run, const Json& key, const Json& step,
                     const Json& id = nullptr) const override;
    /// Throws: InvalidArgument for boxes or masks without classes in an artifact, or for a run to
    /// which the image is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact; decodes no pixel. Throws: InvalidFormat that names the
    /// member; what the source throws.
    static Image from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether pixels, size, caption, grouping and classes are equal, as in W&B. Throws: as
    /// pixels().
    bool equals(const Value& other) const override;

    /// vitrine::with_suffix for images: "cat" -> "cat.image-file.json".
    static std::string with_suffix(std::string_view name, std::string_view filetype = "json");
    static std::string_view get_media_subdir() { return "media/images"; }
    /// vitrine::guess_mode. Throws: InvalidArgument for another shape.
    static PixelMode guess_mode(const ArrayView& data) { return vitrine::guess_mode(data); }
    /// vitrine::to_uint8. Throws: InvalidArgument for an empty array.
    static std::vector<std::uint8_t> to_uint8(const ArrayView& data) {
        return vitrine::to_uint8(data);
    }

    /// The run JSON of the boxes of each image (null for one without), or false if none has any.
    /// Throws: InvalidArgument for an image that is not bound to the run.
    static Json all_boxes(std::span<const Image> images, RunSink& run, const Json& run_key,
                          const Json& step);
    /// The same for the masks. Throws: as all_boxes.
    static Json all_masks(std::span<const Image> images, RunSink& run, const Json& run_key,
                          const Json& step);
    /// The captions, null for images without, or false if the first has none.
    /// Throws: InvalidArgument for no images.
    static Json all_captions(std::span<const Image> images);
    /// all_captions under the name that all media have. Throws: as all_captions.
    static Json captions(std::span<const Image> images) { return all_captions(images); }
    /// {"_type": "images/separated", "width", "height", "format", "count", "captions"?,
    /// "all_masks"?, "all_boxes"?} of images that are bound with their index as id; at most
    /// MAX_ITEMS of them, with a warning to the run.
    /// Throws: InvalidArgument for no images, or one that is not bound to this run.
    static Json seq_to_json(std::span<const Image> images, RunSink& run, const Json& key,
                            const Json& step);

private:
    struct Body;
    Image(MediaFile file, std::shared_ptr<const Body> body);
    static Image load(const std::filesystem::path& path, const ImageOptions& options);
    static Image encode(const Pixels& pixels, const ImageOptions& options);
    static Image copy(const Image& other, const ImageOptions& options);
    Json artifact_json(ArtifactSink& artifact) const;
    Json logged_json(RunSink& run) const;
    void check_classes() const;
    void annotate_labels(ArtifactSink& artifact) const;
    std::string_view class_name() const override { return "Image"; }
    std::shared_ptr<const Body> body_;
};

} // namespace vitrine
