// SPDX-License-Identifier: MIT
// The JSON of images, in artifacts and in runs. See FORMAT.md.
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>

#include "core/file_system.hpp"
#include "core/python.hpp"
#include "core/refuse.hpp"
#include "core/text.hpp"
#include "media/class_labels.hpp"
#include "media/image_body.hpp"
#include "media/json_fields.hpp"
#include "media/media_json.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kImageListType = "images/separated";

void add_description(Json& json, const Image& image) {
    json["format"] = image.format();
    json["width"] = image.width();
    json["height"] = image.height();
    if (is_truthy(image.grouping())) {
        json["grouping"] = image.grouping();
    }
    if (is_truthy(image.caption())) {
        json["caption"] = image.caption();
    }
}

/// Returns {"<group>": JSON of the group} for a run.
template <class Groups>
Json logged_groups(const Groups& groups, RunSink& run) {
    Json json = Json::object();
    for (const auto& [name, group] : groups) {
        json[name] = group.to_json(run);
    }
    return json;
}

/// The given labels of each group that has labels beyond the classes.
template <class Groups>
Json labels_beyond(const Groups& groups, const Json& known) {
    Json json = Json::object();
    for (const auto& [name, group] : groups) {
        if (group.has_class_labels() && !is_subset(group.class_labels(), known)) {
            json[name] = group.class_labels();
        }
    }
    return json;
}

} // namespace

Json Image::to_json(ValueSink& sink) const {
    if (RunSink* run = sink.run()) {
        return logged_json(*run);
    }
    if (ArtifactSink* artifact = sink.artifact()) {
        return artifact_json(*artifact);
    }
    refuse("an image can only be written to a run or an artifact");
}

void Image::check_classes() const {
    if (!classes() && !(boxes().empty() && masks().empty())) {
        refuse("expected classes for an image with masks or bounding boxes that is added to an "
               "artifact");
    }
}

Json Image::artifact_json(ArtifactSink& artifact) const {
    check_classes();
    Json json = Json::object();
    json["path"] = artifact.add_media(file(), media_subdir());
    json["_type"] = artifact_type;
    add_description(json, *this);
    if (classes()) {
        const AddedValue added =
            artifact.add_shared(*classes(), artifact.dialect().class_set_path());
        Json reference = Json::object();
        reference["type"] = "classes-file";
        reference["path"] = added.path;
        reference["digest"] = added.digest;
        json["classes"] = std::move(reference);
    }
    for (const auto& [name, group] : boxes()) {
        json["boxes"][name] = group.box_data();
    }
    for (const auto& [name, mask] : masks()) {
        json["masks"][name] = mask.group_json(artifact);
    }
    annotate_labels(artifact);
    return json;
}

void Image::annotate_labels(ArtifactSink& artifact) const {
    const Json known = classes() ? class_labels_of(*classes()) : Json::object();
    Json labels = Json::object();
    if (Json of_boxes = labels_beyond(boxes(), known); !of_boxes.empty()) {
        labels["boxes"] = std::move(of_boxes);
    }
    if (Json of_masks = labels_beyond(masks(), known); !of_masks.empty()) {
        labels["masks"] = std::move(of_masks);
    }
    if (!labels.empty()) {
        artifact.annotate("labels", std::move(labels));
    }
}

Json Image::logged_json(RunSink& run) const {
    Json json = run_json(run, artifact_type);
    add_description(json, *this);
    if (!boxes().empty()) {
        json["boxes"] = logged_groups(boxes(), run);
    }
    if (!masks().empty()) {
        json["masks"] = logged_groups(masks(), run);
    }
    return json;
}

void Image::bind_to_run(RunSink& run, const Json& key, const Json& step, const Json& id) const {
    Media::bind_to_run(run, key, step, id);
    const auto bind_groups = [&](const auto& groups) {
        std::size_t index = 0;
        for (const auto& [name, group] : groups) {
            // The i-th group of the picture "7" is "7i".
            const Json group_id =
                id.is_null() ? Json() : Json(python_text(id) + std::to_string(index));
            group.bind_to_run(run, key, step, group_id);
            ++index;
        }
    };
    bind_groups(boxes());
    bind_groups(masks());
}

namespace {

std::uint32_t dimension_member(const Json& value, std::string_view name) {
    if (!value.is_number_integer()) {
        throw Error(ErrorCode::InvalidFormat, expected_message(name, "an integer", value));
    }
    const bool fits =
        value.is_number_unsigned()
            ? value.get<std::uint64_t>() >= 1 && value.get<std::uint64_t>() <= Image::MAX_DIMENSION
            : value.get<std::int64_t>() >= 1 && value.get<std::int64_t>() <= Image::MAX_DIMENSION;
    if (!fits) {
        throw Error(ErrorCode::InvalidFormat,
                    concat(quoted(name), ": expected 1 to ", Image::MAX_DIMENSION, ", got ",
                           integer_text(value)));
    }
    return static_cast<std::uint32_t>(value.get<std::uint64_t>());
}

Classes restored_classes(const Json& json, const ValueSource& source) {
    const std::string path = string_member(expect_object(json, "classes"), "path");
    return restoring("'classes'", [&] { return value_at<Classes>(source, path, "classes"); });
}

/// Restores the groups of `image`[`kind`]. Their labels come from vitrine's notes if there are any,
/// otherwise from the classes.
template <class Group>
std::vector<std::pair<std::string, Group>>
restored_groups(const Json& image, std::string_view kind, const std::optional<Classes>& classes,
                const std::shared_ptr<const ValueSource>& source) {
    std::vector<std::pair<std::string, Group>> groups;
    const Json* json = find_member(image, kind);
    if (json == nullptr) {
        return groups;
    }
    for (const auto& [name, value] : expect_object(*json, kind).items()) {
        Json notes = Json::object();
        if (const Json* labels = annotated_labels(image, {"labels", kind, name})) {
            notes["labels"] = *labels;
        }
        const Json annotated = with_annotations(value, std::move(notes));
        const auto group = restoring(concat(quoted(kind), ": group ", quoted(name)),
                                     [&] { return Group::from_json(annotated, source); });
        groups.emplace_back(name, group.with_key(name, classes ? &*classes : nullptr));
    }
    return groups;
}

} // namespace

Image Image::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    expect_type(json, artifact_type);
    const std::string path = string_member(json, "path");
    MediaFile file = restoring("'path'", [&] { return MediaFile::from_source(source, path); });
    Body body;
    const Json* width = find_member(json, "width");
    const Json* height = find_member(json, "height");
    if (width != nullptr && height != nullptr) {
        body.width = dimension_member(*width, "width");
        body.height = dimension_member(*height, "height");
    } else { // some writers leave them out
        const PictureInfo info = probe_picture(as_bytes(file.read()));
        body.width = info.width;
        body.height = info.height;
    }
    const std::string extension = file.extension();
    body.format = json.contains("format") ? string_member(json, "format")
                                          : extension.substr(extension.empty() ? 0 : 1);
    const auto take = [&](std::string_view name) {
        const Json* member = find_member(json, name);
        return member == nullptr ? Json() : *member;
    };
    body.caption = take("caption");
    body.grouping = take("grouping");
    if (const Json* classes = find_member(json, "classes")) {
        body.classes = restored_classes(*classes, *source);
    }
    body.boxes = restored_groups<BoundingBoxes2D>(json, "boxes", body.classes, source);
    body.masks = restored_groups<ImageMask>(json, "masks", body.classes, source);
    return {std::move(file), std::make_shared<const Body>(std::move(body))};
}

namespace {

/// The run JSON of the groups of each image; false if no image has groups.
template <class Groups>
Json all_groups(std::span<const Image> images, RunSink& run,
                const Groups& (Image::*groups_of)() const noexcept) {
    Json list = Json::array();
    bool any = false;
    for (const Image& image : images) {
        const Groups& groups = (image.*groups_of)();
        any = any || !groups.empty();
        list.push_back(groups.empty() ? Json() : logged_groups(groups, run));
    }
    return any ? list : Json(false);
}

} // namespace

Json Image::all_boxes(std::span<const Image> images, RunSink& run, const Json& /*run_key*/,
                      const Json& /*step*/) {
    return all_groups(images, run, &Image::boxes);
}

Json Image::all_masks(std::span<const Image> images, RunSink& run, const Json& /*run_key*/,
                      const Json& /*step*/) {
    return all_groups(images, run, &Image::masks);
}

Json Image::all_captions(std::span<const Image> images) {
    return caption_list(images, "image");
}

Json Image::seq_to_json(std::span<const Image> images, RunSink& run, const Json& key,
                        const Json& step) {
    if (images.empty()) {
        refuse("expected at least one image, got none");
    }
    if (images.size() > MAX_ITEMS) {
        run.warn(concat("Only ", MAX_ITEMS, " Image will be uploaded."));
        images = images.first(MAX_ITEMS);
    }
    for (const Image& image : images) {
        image.run_json(run, artifact_type); // throws if the image is not bound
    }
    const Image& first = images.front();
    if (!std::all_of(images.begin(), images.end(), [&](const Image& image) {
            return image.width() == first.width() && image.height() == first.height();
        })) {
        run.warn("Images sizes do not match. This will causes images to be display incorrectly in "
                 "the UI.");
    }
    Json json = Json::object();
    json["_type"] = kImageListType;
    json["width"] = first.width();
    json["height"] = first.height();
    json["format"] = first.format();
    json["count"] = images.size();
    const auto add = [&](std::string_view name, Json list) {
        if (list.is_array()) {
            json[std::string(name)] = std::move(list);
        }
    };
    add("captions", all_captions(images));
    add("all_masks", all_masks(images, run, key, step));
    add("all_boxes", all_boxes(images, run, key, step));
    return json;
}

} // namespace vitrine
