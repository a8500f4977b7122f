// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/media.hpp>

#include "core/python.hpp"
#include "core/text.hpp"

#include <cmath>
#include <mutex>
#include <optional>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kIdDigits = 8;

} // namespace

struct Media::Body {
    /// The file's copy in a run.
    struct Binding {
        std::string run_id;
        Sha256 sha256;
        std::uint64_t size = 0;
        std::filesystem::path local_path;
        std::string path; ///< relative to the run's folder
    };

    explicit Body(std::optional<MediaFile> media_file) : own(std::move(media_file)) {}

    /// Absent if the type writes its file when it is bound.
    std::optional<MediaFile> own;
    mutable std::mutex mutex; ///< guards binding
    std::optional<Binding> binding;

    std::optional<Binding> bound() const {
        const std::lock_guard lock(mutex);
        return binding;
    }
};

Media::Media(MediaFile file) : media_(std::make_shared<Body>(std::move(file))) {}

Media::Media() : media_(std::make_shared<Body>(std::nullopt)) {}

const Media::Body& Media::body() const {
    if (!media_) {
        throw Error(ErrorCode::InvalidArgument, "the value has no file: it was moved from");
    }
    return *media_;
}

bool Media::is_bound() const {
    return body().bound().has_value();
}

bool Media::file_is_set() const noexcept {
    return media_ != nullptr && (media_->own || media_->bound());
}

MediaFile Media::file() const {
    const auto bound = body().bound();
    if (!bound || (body().own && body().own->kind() == MediaFile::Kind::source)) {
        return own_file();
    }
    MediaFile copy = MediaFile::from_path(bound->local_path);
    if (copy.sha256() != bound->sha256) {
        throw Error(ErrorCode::Conflict,
                    concat("file ", quoted(copy.path()), " has changed since it was logged"));
    }
    return body().own ? copy.with_extension(body().own->extension()) : copy;
}

const MediaFile& Media::own_file() const {
    if (!body().own) {
        throw Error(ErrorCode::InvalidArgument, concat("the value of type ", class_name(),
                                                       " has no file before it is bound to a run"));
    }
    return *body().own;
}

const Sha256& Media::sha256() const {
    return own_file().sha256();
}

std::uint64_t Media::size() const {
    return own_file().size();
}

std::string Media::read_file() const {
    return own_file().kind() == MediaFile::Kind::local ? file().read() : own_file().read();
}

MediaFile Media::make_run_file(RunSink& /*run*/) const {
    // A user's own file is not needed after the value is bound.
    return own_file().kind() == MediaFile::Kind::local ? file() : own_file();
}

void Media::bind_to_run(RunSink& run, const Json& key, const Json& step, const Json& id) const {
    const std::string key_text = python_text(key);
    if (key_text.starts_with('/')) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("key ", quoted(key_text), " leads outside the run's folder"));
    }
    const MediaFile from = make_run_file(run);
    Body::Binding bound;
    bound.run_id = run.run_id();
    bound.sha256 = from.sha256();
    bound.size = from.size();
    const std::string id_text =
        id.is_null() ? bound.sha256.hex().substr(0, kIdDigits) : python_text(id);
    bound.path = concat(media_subdir(), '/', key_text, '_', python_text(step), '_', id_text,
                        from.extension());
    run.put_file(from, bound.path);
    bound.local_path = run.directory() / bound.path;
    const std::lock_guard lock(media_->mutex);
    media_->binding = std::move(bound);
}

Json Media::run_json(RunSink& run, std::string_view type) const {
    const auto bound = body().bound();
    if (!bound) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("value of type ", class_name(),
                           " must be bound to a run with bind_to_run() before it is logged"));
    }
    if (bound->run_id != run.run_id()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("a file of run ", quoted(bound->run_id),
                           " cannot be referred to from run ", quoted(run.run_id())));
    }
    Json json = Json::object();
    json["_type"] = type;
    json["path"] = bound->path;
    json["sha256"] = bound->sha256.hex();
    json["size"] = bound->size;
    return json;
}

} // namespace vitrine
