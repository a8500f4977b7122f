// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/media_file.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"

#include <mutex>
#include <utility>

namespace vitrine {

struct MediaFile::Body {
    Kind kind = Kind::memory;
    std::string path;   ///< see MediaFile::path
    std::string suffix; ///< of bytes in memory
    std::string bytes;  ///< of bytes in memory
    std::uint64_t size = 0;
    std::shared_ptr<const ValueSource> source;

    mutable std::mutex mutex; ///< guards sha256
    mutable std::optional<Sha256> sha256;
};

MediaFile::MediaFile(std::shared_ptr<const Body> body) : body_(std::move(body)) {}

namespace {

void check_is_file(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a file, got a folder: ", quoted(path.string())));
    }
}

} // namespace

MediaFile MediaFile::from_path(const std::filesystem::path& path) {
    check_is_file(path);
    auto body = std::make_shared<Body>();
    body->kind = Kind::local;
    body->path = path.string();
    Hasher hasher(Hash::Sha256);
    body->size = read_in_pieces(open_for_reading(path), path,
                                [&](std::span<const std::byte> piece) { hasher.update(piece); });
    body->sha256 = hasher.finish().sha256;
    return MediaFile(std::move(body));
}

std::pair<MediaFile, std::string> MediaFile::load(const std::filesystem::path& path) {
    check_is_file(path);
    std::string bytes = read_file(path);
    auto body = std::make_shared<Body>();
    body->kind = Kind::local;
    body->path = path.string();
    body->size = bytes.size();
    body->sha256 = sha256_of(bytes);
    return {MediaFile(std::move(body)), std::move(bytes)};
}

MediaFile MediaFile::from_bytes(std::string bytes, std::string suffix) {
    auto body = std::make_shared<Body>();
    body->kind = Kind::memory;
    body->size = bytes.size();
    body->bytes = std::move(bytes);
    body->suffix = std::move(suffix);
    return MediaFile(std::move(body));
}

MediaFile MediaFile::from_source(std::shared_ptr<const ValueSource> source, std::string_view path) {
    if (!source) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("no source to read ", quoted(path), " from"));
    }
    SourceFile file = source->file(path);
    auto body = std::make_shared<Body>();
    body->kind = Kind::source;
    body->path = std::move(file.path);
    body->size = file.size;
    body->sha256 = file.sha256;
    body->source = file.owner ? std::move(file.owner) : std::move(source);
    return MediaFile(std::move(body));
}

MediaFile::Kind MediaFile::kind() const noexcept {
    return body_->kind;
}

std::uint64_t MediaFile::size() const noexcept {
    return body_->size;
}

const Sha256& MediaFile::sha256() const {
    const std::lock_guard lock(body_->mutex);
    if (!body_->sha256) {
        body_->sha256 = body_->kind == Kind::memory ? sha256_of(body_->bytes)
                                                    : sha256_of(body_->source->read(body_->path));
    }
    return *body_->sha256;
}

const std::string& MediaFile::path() const noexcept {
    return body_->path;
}

std::string MediaFile::file_name() const {
    const std::size_t slash = body_->path.rfind('/');
    return slash == std::string::npos ? body_->path : body_->path.substr(slash + 1);
}

MediaFile MediaFile::with_extension(std::string extension) const {
    MediaFile file = *this;
    file.declared_extension_ = std::move(extension);
    return file;
}

std::string MediaFile::extension() const {
    if (!declared_extension_.empty()) {
        return declared_extension_;
    }
    if (body_->kind == Kind::memory) {
        return body_->suffix;
    }
    const std::string name = file_name();
    const std::size_t dot = name.rfind('.');
    // Dots at the start are part of the name: ".png" and "..png" have no extension.
    if (dot == std::string::npos || name.find_first_not_of('.') > dot) {
        return "";
    }
    return name.substr(dot);
}

std::shared_ptr<const ValueSource> MediaFile::source() const noexcept {
    return body_->source;
}

std::string MediaFile::read() const {
    switch (body_->kind) {
    case Kind::memory:
        return body_->bytes;
    case Kind::source:
        return body_->source->read(body_->path);
    case Kind::local:
        break;
    }
    std::string bytes = read_file(body_->path);
    if (sha256_of(bytes) != sha256()) {
        throw Error(ErrorCode::Conflict,
                    concat("file ", quoted(body_->path), " has changed since the value was made"));
    }
    return bytes;
}

std::optional<std::filesystem::path> MediaFile::local_path() const {
    switch (body_->kind) {
    case Kind::local:
        return std::filesystem::path(body_->path);
    case Kind::source:
        return body_->source->local_path(body_->path);
    case Kind::memory:
        break;
    }
    return std::nullopt;
}

} // namespace vitrine
