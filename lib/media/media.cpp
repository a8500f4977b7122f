// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/media.hpp>

#include "core/text.hpp"

#include <cmath>
#include <mutex>
#include <optional>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kIdDigits = 8;

/// Where a run holds the file.
struct Binding {
    std::string run_id;
    std::filesystem::path local_path;
    std::string path; ///< relative to the run's folder
};

} // namespace

struct Media::Body {
    explicit Body(MediaFile media_file) : file(std::move(media_file)) {}

    MediaFile file;
    mutable std::mutex mutex; ///< guards binding
    std::optional<Binding> binding;

    std::optional<Binding> bound() const {
        const std::lock_guard lock(mutex);
        return binding;
    }
};

Media::Media(MediaFile file) : media_(std::make_shared<Body>(std::move(file))) {}

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
    return media_ != nullptr;
}

MediaFile Media::file() const {
    const auto bound = body().bound();
    if (!bound || body().file.kind() == MediaFile::Kind::source) {
        return body().file;
    }
    MediaFile copy = MediaFile::from_path(bound->local_path);
    if (copy.sha256() != sha256()) {
        throw Error(ErrorCode::Conflict,
                    concat("file ", quoted(copy.path()), " has changed since it was logged"));
    }
    return copy;
}

const Sha256& Media::sha256() const {
    return body().file.sha256();
}

std::uint64_t Media::size() const {
    return body().file.size();
}

std::string Media::read_file() const {
    return body().file.kind() == MediaFile::Kind::local ? file().read() : body().file.read();
}

void Media::bind_to_run(RunSink& run, const Json& key, const Json& step, const Json& id) const {
    const std::string key_text = python_text(key);
    if (key_text.starts_with('/')) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("key ", quoted(key_text), " leads out of the run's folder"));
    }
    // Once bound, a user's own file is not needed any more.
    const MediaFile from = body().file.kind() == MediaFile::Kind::local ? file() : body().file;
    const std::string id_text =
        id.is_null() ? sha256().hex().substr(0, kIdDigits) : python_text(id);
    Binding bound;
    bound.run_id = run.run_id();
    bound.path = concat(media_subdir(), '/', key_text, '_', python_text(step), '_', id_text,
                        body().file.extension());
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
    json["sha256"] = sha256().hex();
    json["size"] = size();
    return json;
}

std::string python_text(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_null()) {
        return "None";
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "True" : "False";
    }
    if (value.is_number_float()) {
        const auto number = value.get<double>();
        if (std::isnan(number)) {
            return "nan"; // not the "NaN" of JSON
        }
        return std::isinf(number) ? (number < 0 ? "-inf" : "inf") : python_float(number);
    }
    if (value.is_number_integer() || is_big_integer(value)) {
        return integer_text(value);
    }
    throw Error(ErrorCode::InvalidArgument,
                concat("expected a number or text for a key, step or id, got ", value.type_name()));
}

} // namespace vitrine
