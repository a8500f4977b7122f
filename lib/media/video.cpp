// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/video.hpp>

#include "core/file_system.hpp"
#include "core/python.hpp"
#include "core/refuse.hpp"
#include "core/text.hpp"
#include "image/gif_writer.hpp"
#include "media/json_fields.hpp"
#include "media/media_json.hpp"
#include "media/movie_header.hpp"
#include "media/movie_writer.hpp"
#include "media/video_frames.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kVideoListType = "videos";

/// The extension of a file name without its dot, in lower case.
std::string extension_of(const std::string& extension) {
    std::string lower = extension.substr(extension.empty() ? 0 : 1);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

void check_format(std::string_view format) {
    if (std::find(Video::EXTS.begin(), Video::EXTS.end(), format) == Video::EXTS.end()) {
        refuse(
            concat("expected a video of the format gif, mp4, webm or ogg, got ", quoted(format)));
    }
}

std::string checked_format(const VideoOptions& options) {
    const std::string format = options.format.empty() ? "gif" : options.format;
    check_format(format);
    return format;
}

PixelMode mode_of(const ArrayView& array, std::size_t channels) {
    switch (channels) {
    case 1:
        return PixelMode::L;
    case 3:
        return PixelMode::RGB;
    case 4:
        return PixelMode::RGBA;
    default:
        refuse(concat("expected 1, 3 or 4 channels in a video, got ", channels,
                      " in an array of the shape ", array.shape_text()));
    }
}

template <class Writer>
std::string written(Writer writer, const VideoFrames& frames, PixelMode mode) {
    Pixels picture{frames.width(), frames.height(), mode, {}};
    for (std::size_t index = 0; index < frames.count(); ++index) {
        frames.read(index, picture.bytes);
        writer.add(picture);
    }
    return writer.finish();
}

std::optional<std::uint32_t> side_member(const Json& json, std::string_view name) {
    const Json* value = find_member(json, name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_number_integer()) {
        throw Error(ErrorCode::InvalidFormat, expected_message(name, "an integer", *value));
    }
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() == 0 ||
        value->get<std::uint64_t>() > UINT32_MAX) {
        throw Error(ErrorCode::InvalidFormat, concat(quoted(name), ": expected 1 to ", UINT32_MAX,
                                                     ", got ", integer_text(*value)));
    }
    return static_cast<std::uint32_t>(value->get<std::uint64_t>());
}

} // namespace

struct Video::Body {
    Json caption = nullptr;
    std::optional<std::uint32_t> width;  ///< as in the JSON
    std::optional<std::uint32_t> height; ///< as in the JSON

    mutable std::once_flag probed;
    mutable std::optional<FrameSize> header; ///< read from the file; set once `probed` is done

    explicit Body(Json text) : caption(std::move(text)) {}

    std::optional<FrameSize> header_of(const Video& video) const {
        std::call_once(probed, [&] { header = movie_frame_size(as_bytes(video.read_file())); });
        return header;
    }
};

Video::Video(MediaFile file, std::shared_ptr<const Body> body)
    : Media(std::move(file)), body_(std::move(body)) {}

Video Video::load(const std::filesystem::path& path, const VideoOptions& options) {
    checked_format(options);
    try {
        check_format(extension_of(path.extension().string()));
    } catch (Error& error) {
        error.add_context(concat("reading video ", quoted(path.string())));
        throw;
    }
    return {MediaFile::from_path(path), std::make_shared<const Body>(options.caption)};
}

Video Video::encode(const ArrayView& array, const VideoOptions& options) {
    const std::string format = checked_format(options);
    const VideoFrames frames(array);
    const PixelMode mode = mode_of(array, frames.channels());
    std::string bytes =
        format == "gif"
            ? written(GifWriter(frames.width(), frames.height(), options.fps), frames, mode)
            : written(MovieWriter(format, frames.width(), frames.height(), options.fps), frames,
                      mode);
    auto body = std::make_shared<Body>(options.caption);
    body->width = frames.width();
    body->height = frames.height();
    return {MediaFile::from_bytes(std::move(bytes), "." + format), std::move(body)};
}

Video Video::from_bytes(std::string bytes, const VideoOptions& options) {
    const std::string format = checked_format(options);
    return {MediaFile::from_bytes(std::move(bytes), "." + format),
            std::make_shared<const Body>(options.caption)};
}

Video::Video(const std::filesystem::path& path, const VideoOptions& options)
    : Video(load(path, options)) {}

Video::Video(const ArrayView& frames, const VideoOptions& options)
    : Video(encode(frames, options)) {}

std::optional<std::uint32_t> Video::width() const {
    if (body_->width) {
        return body_->width;
    }
    const auto header = body_->header_of(*this);
    return header ? std::optional(header->width) : std::nullopt;
}

std::optional<std::uint32_t> Video::height() const {
    if (body_->height) {
        return body_->height;
    }
    const auto header = body_->header_of(*this);
    return header ? std::optional(header->height) : std::nullopt;
}

std::string Video::format() const {
    return extension_of(file().extension());
}

const Json& Video::caption() const noexcept {
    return body_->caption;
}

std::vector<std::string_view> Video::array_formats() {
    std::vector<std::string_view> formats = movie_formats();
    formats.insert(formats.begin(), "gif");
    return formats;
}

Json Video::to_json(ValueSink& sink) const {
    Json json = Json::object();
    if (RunSink* run = sink.run()) {
        json = run_json(*run, artifact_type);
    } else if (ArtifactSink* artifact = sink.artifact()) {
        json["path"] = artifact->add_media(file(), media_subdir());
        json["_type"] = artifact_type;
    } else {
        refuse("a video can only be written to a run or an artifact");
    }
    if (body_->width) {
        json["width"] = *body_->width;
    }
    if (body_->height) {
        json["height"] = *body_->height;
    }
    if (is_truthy(caption())) {
        json["caption"] = caption();
    }
    return json;
}

Video Video::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    expect_type(json, artifact_type);
    const std::string path = string_member(json, "path");
    MediaFile file = restoring("'path'", [&] { return MediaFile::from_source(source, path); });
    const Json* caption = find_member(json, "caption");
    auto body = std::make_shared<Body>(caption == nullptr ? Json() : *caption);
    body->width = side_member(json, "width");
    body->height = side_member(json, "height");
    return {std::move(file), std::move(body)};
}

bool Video::equals(const Value& other) const {
    const auto* video = dynamic_cast<const Video*>(&other);
    return video != nullptr && sha256() == video->sha256();
}

Json Video::captions(std::span<const Video> videos) {
    return caption_list(videos, "video");
}

Json Video::seq_to_json(std::span<const Video> videos, RunSink& run, const Json& /*key*/,
                        const Json& /*step*/) {
    Json json = Json::object();
    json["_type"] = kVideoListType;
    json["count"] = videos.size();
    json["videos"] = Json::array();
    for (const Video& video : videos) {
        json["videos"].push_back(video.to_json(run));
    }
    json["captions"] = captions(videos);
    return json;
}

} // namespace vitrine
