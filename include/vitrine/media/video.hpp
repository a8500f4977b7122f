// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/media/media.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// W&B's keyword arguments.
struct VideoOptions {
    Json caption = nullptr; ///< text, or null for none
    /// Frames per second of an array, above 0.
    double fps = 4;
    /// One of Video::EXTS: the format to which an array is encoded, or the format of the bytes. (""
    /// means "gif".)
    std::string format = "gif";
};

/// A video or an animation with its caption. Immutable (but for bind_to_run); a cheap handle; safe
/// to use from many threads.
///
/// A user's file is kept byte for byte and is not parsed. An array is encoded at once, frame by
/// frame: always to GIF (at most 256 colours a frame, exact if the frame has no more), and to mp4,
/// webm and ogg if libavcodec is installed. Equal arrays are encoded to equal bytes.
///
/// JSON in an artifact (see lib/media/FORMAT.md): {"path", "_type": "video-file", "width"?,
/// "height"?, "caption"?}; the size of arrays alone. Source: wandb/data_types.py, Video.
class VITRINE_EXPORT Video : public Media {
public:
    static constexpr std::string_view artifact_type = "video-file";
    /// The extensions of videos, without the dot.
    static constexpr std::array<std::string_view, 4> EXTS = {"gif", "mp4", "webm", "ogg"};

    /// A file whose extension, in small or capital letters, is one of EXTS. `fps` and `format` are
    /// ignored, but `format` must also be one of EXTS.
    /// Throws: NotFound; IoError; InvalidArgument for another extension or format, or a folder.
    explicit Video(const std::filesystem::path& path, const VideoOptions& options = {});
    /// Frames (time, channel, height, width), or several videos (batch, time, channel, height,
    /// width) that are laid out as a grid, black where it has places left; one channel for grey, 3
    /// for RGB, 4 for RGBA (of GIF, pixels of an alpha below 128 are clear; the others drop it).
    /// Elements become bytes as they are (0..255): integers wrap, fractions are dropped. mp4, webm
    /// and ogg repeat the last column and row of odd sizes.
    /// Throws: InvalidArgument for another shape, no frames, a side over 65,500 pixels, floats
    /// outside 0..255, `fps` that is not above 0, or what the encoder does not take; Unsupported
    /// for a format that is not in array_formats().
    explicit Video(const ArrayView& frames, const VideoOptions& options = {});
    /// An encoded video in memory, kept as it is. Throws: InvalidArgument for a format not in EXTS.
    static Video from_bytes(std::string bytes, const VideoOptions& options = {});

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }

    /// Pixels: of the array, or as restored; else from the file's header, which the first call
    /// reads; nothing if the header does not tell. Throws: what read_file throws.
    std::optional<std::uint32_t> width() const;
    /// Pixels, as width. Throws: as width.
    std::optional<std::uint32_t> height() const;
    /// The extension of the file in small letters: "mp4". Throws: what `file` throws.
    std::string format() const;
    /// The caption, or null. Valid while a copy of this handle lives.
    const Json& caption() const noexcept;

    /// The formats to which this build encodes arrays: "gif", and others of EXTS.
    static std::vector<std::string_view> array_formats();

    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Decodes nothing. Throws: InvalidFormat that names the member; what the source throws.
    static Video from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the files are equal; captions may differ, as in W&B. Throws: what `sha256` throws.
    bool equals(const Value& other) const override;

    static std::string_view get_media_subdir() { return "media/videos"; }

    /// The captions, null for videos without, or false if the first has none.
    /// Throws: InvalidArgument for no videos.
    static Json captions(std::span<const Video> videos);
    /// {"_type": "videos", "count", "videos", "captions"} of videos that are bound to the run; the
    /// last as captions() gives it.
    /// Throws: InvalidArgument for no videos, or one that is not bound.
    static Json seq_to_json(std::span<const Video> videos, RunSink& run, const Json& key,
                            const Json& step);

private:
    struct Body;
    Video(MediaFile file, std::shared_ptr<const Body> body);
    static Video load(const std::filesystem::path& path, const VideoOptions& options);
    static Video encode(const ArrayView& frames, const VideoOptions& options);
    std::string_view class_name() const override { return "Video"; }
    std::shared_ptr<const Body> body_;
};

} // namespace vitrine
