// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>
#include <vitrine/media/image_mask.hpp>

#include "core/file_system.hpp"
#include "core/python.hpp"
#include "core/refuse.hpp"
#include "core/text.hpp"
#include "media/class_labels.hpp"
#include "media/json_fields.hpp"
#include "media/mask_pixels.hpp"

#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kMaskLabelSection = "mask/class_labels";

} // namespace

struct ImageMask::Body {
    Json class_labels = Json::object();
    bool has_class_labels = false;
    std::string key;

    /// `derived` are the labels if none are given.
    static std::shared_ptr<const Body> make(const Json* given, Json derived, std::string key) {
        if (given != nullptr) {
            check_class_labels(*given);
        }
        auto body = std::make_shared<Body>();
        body->has_class_labels = given != nullptr;
        body->class_labels = given != nullptr ? *given : std::move(derived);
        body->key = std::move(key);
        return body;
    }
};

ImageMask::ImageMask(MediaFile file, std::shared_ptr<const Body> body)
    : Media(std::move(file)), body_(std::move(body)) {}

ImageMask ImageMask::from_pixels(const Pixels& pixels, const Json* labels, std::string key) {
    Json derived = labels == nullptr ? default_class_labels(values_of(pixels)) : Json();
    auto body = Body::make(labels, std::move(derived), std::move(key));
    return {MediaFile::from_bytes(encode_png(pixels), ".mask.png"), std::move(body)};
}

ImageMask ImageMask::from_file(const std::filesystem::path& path, const Json* labels,
                               std::string key) {
    auto body = Body::make(labels, Json::object(), std::move(key));
    auto [file, bytes] = MediaFile::load(path);
    try {
        probe_picture(as_bytes(bytes));
    } catch (Error& error) {
        error.add_context(concat("reading mask ", quoted(path.string())));
        throw;
    }
    return {std::move(file), std::move(body)};
}

ImageMask ImageMask::from_dictionary(const Json& dictionary, std::string key) {
    if (!dictionary.is_object()) {
        refuse(
            concat("expected an object with 'mask_data' or 'path', got ", dictionary.type_name()));
    }
    const auto given = dictionary.find("class_labels");
    const Json* labels = given == dictionary.end() ? nullptr : &*given;
    if (const auto path = dictionary.find("path"); path != dictionary.end()) {
        if (!path->is_string()) {
            refuse(expected_message("path", "a string", *path));
        }
        return from_file(path->get<std::string>(), labels, std::move(key));
    }
    if (labels != nullptr) {
        check_class_labels(*labels);
    }
    const auto data = dictionary.find("mask_data");
    if (data == dictionary.end()) {
        refuse("'mask_data' is missing: expected a 2d array of classes, or a 'path'");
    }
    return from_pixels(mask_pixels(*data), labels, std::move(key));
}

ImageMask::ImageMask(const Json& dictionary, std::string key)
    : ImageMask(from_dictionary(dictionary, std::move(key))) {}

ImageMask::ImageMask(const ArrayView& mask_data, const std::vector<ClassLabel>& labels)
    : ImageMask([&] {
          const Json given = class_labels_of(labels);
          return from_pixels(mask_pixels(mask_data), labels.empty() ? nullptr : &given, "");
      }()) {}

ImageMask ImageMask::from_path(const std::filesystem::path& path,
                               const std::vector<ClassLabel>& labels) {
    const Json given = class_labels_of(labels);
    return from_file(path, labels.empty() ? nullptr : &given, "");
}

const Json& ImageMask::class_labels() const noexcept {
    return body_->class_labels;
}

bool ImageMask::has_class_labels() const noexcept {
    return body_->has_class_labels;
}

const std::string& ImageMask::key() const noexcept {
    return body_->key;
}

Pixels ImageMask::pixels() const {
    return decode_picture(as_bytes(read_file()));
}

void ImageMask::bind_to_run(RunSink& run, const Json& key, const Json& step, const Json& id) const {
    Media::bind_to_run(run, key, step, id);
    if (!class_labels().empty()) {
        run.add_singleton(kMaskLabelSection, python_text(key) + "_wandb_delimeter_" + this->key(),
                          class_labels());
    }
}

Json ImageMask::to_json(ValueSink& sink) const {
    if (RunSink* run = sink.run()) {
        return run_json(*run, artifact_type);
    }
    if (ArtifactSink* artifact = sink.artifact()) {
        if (has_class_labels()) {
            artifact->annotate("labels", class_labels());
        }
        return group_json(*artifact);
    }
    refuse("a mask can only be written to a run or an artifact");
}

Json ImageMask::group_json(ArtifactSink& artifact) const {
    Json json = Json::object();
    json["path"] = artifact.add_media(file(), media_subdir());
    json["_type"] = artifact_type;
    return json;
}

ImageMask ImageMask::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    expect_type(json, artifact_type);
    const std::string path = string_member(json, "path");
    return restoring("'path'", [&] {
        MediaFile file = MediaFile::from_source(std::move(source), path);
        return ImageMask(std::move(file),
                         Body::make(annotated_labels(json, {"labels"}), Json::object(), ""));
    });
}

bool ImageMask::equals(const Value& other) const {
    const auto* mask = dynamic_cast<const ImageMask*>(&other);
    if (mask == nullptr) {
        return false;
    }
    const bool same_labels = !has_class_labels() || !mask->has_class_labels() ||
                             render_json(class_labels()) == render_json(mask->class_labels());
    return same_labels && (sha256() == mask->sha256() || pixels() == mask->pixels());
}

ImageMask ImageMask::with_key(std::string key, const Classes* classes) const {
    auto body = std::make_shared<Body>(*body_);
    body->key = std::move(key);
    if (classes != nullptr && !body->has_class_labels) {
        body->class_labels = class_labels_of(*classes);
    }
    return {file(), std::move(body)};
}

} // namespace vitrine
