// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/media.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// One box, written as W&B's dictionary. Positions are fractions (0 to 1) of the picture's width
/// and height, or pixels if pixels() was called. A value of its own; not safe to change from two
/// threads.
///
///     Box::from_corners(10, 20, 30, 40, 1).pixels().caption("a tree").score("acc", 0.9)
class VITRINE_EXPORT Box {
public:
    /// {"position": {"minX", "maxX", "minY", "maxY"}, "class_id"}
    static Box from_corners(double min_x, double min_y, double max_x, double max_y,
                            std::int64_t class_id);
    /// {"position": {"middle": [x, y], "width", "height"}, "class_id"}
    static Box from_middle(double x, double y, double width, double height, std::int64_t class_id);

    /// The position is in pixels ("domain": "pixel"); whole numbers are written as integers.
    Box& pixels();
    /// Sets "box_caption".
    Box& caption(std::string text);
    /// Adds to "scores".
    Box& score(std::string name, double value);

    /// W&B's dictionary of this box.
    const Json& json() const noexcept { return json_; }

private:
    explicit Box(Json json);
    Json json_;
};

/// A group of boxes of an image. Immutable (but for bind_to_run); a cheap handle; safe to use from
/// many threads.
///
/// In an artifact its JSON is the list of boxes alone; in a run it is the file
/// `media/metadata/boxes2D/<key>_<step>_<id>.boxes2D.json`, which holds the whole dictionary.
/// Source: wandb/data_types.py, BoundingBoxes2D.
class VITRINE_EXPORT BoundingBoxes2D : public Media {
public:
    static constexpr std::string_view artifact_type = "bounding-boxes";

    class Builder;

    /// W&B's dictionary {"box_data": [...], "class_labels": {"1": "tree"}}. `key` is the group's
    /// name for a value that is logged alone; in an image the group has its own.
    ///
    /// Throws: InvalidArgument, in W&B's order: class labels that are no object of numbers to
    /// text; "box_data" missing or no list; for each box a position that is neither (middle of
    /// length 2, numeric width and height) nor (numeric minX, maxX, minY, maxY), scores that are no
    /// object of numbers, a class_id that is no integer, a box_caption that is no text; a missing
    /// class_id where there are no class labels.
    explicit BoundingBoxes2D(const Json& dictionary, std::string key = "");

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/metadata/boxes2D"; }

    /// The list of boxes as given.
    const Json& box_data() const noexcept;
    std::size_t count() const noexcept;
    /// {"1": "tree"}: as given; in a restored image, from its classes; else {"1": "class_1", ...}
    /// of the sorted distinct ids.
    const Json& class_labels() const noexcept;
    /// Whether the class labels were given, not derived.
    bool has_class_labels() const noexcept;
    const std::string& key() const noexcept;

    /// Binds, and puts the class labels into the run's config. Throws: as Media::bind_to_run.
    void bind_to_run(RunSink& run, const Json& key, const Json& step,
                     const Json& id = nullptr) const override;
    Json to_json(ValueSink& sink) const override;
    /// From the list of boxes, or {"value": list, "vitrine": {"labels": ...}} (see
    /// with_annotations). Throws: InvalidFormat.
    static BoundingBoxes2D from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the boxes are equal, and the class labels where both were given.
    bool equals(const Value& other) const override;

    /// A copy under another name. Takes the labels of `classes` if it has none of its own.
    BoundingBoxes2D with_key(std::string key, const Classes* classes = nullptr) const;

private:
    struct Body;
    BoundingBoxes2D(MediaFile file, std::shared_ptr<const Body> body);
    std::string_view class_name() const override { return "BoundingBoxes2D"; }
    std::shared_ptr<const Body> body_;
};

/// BoundingBoxes2D::Builder().label(1, "tree").add(Box::from_corners(...)).build()
class BoundingBoxes2D::Builder {
public:
    Builder& add(const Box& box);
    Builder& label(std::int64_t class_id, std::string_view name);
    /// Throws: as the constructor of BoundingBoxes2D.
    BoundingBoxes2D build() const;

private:
    Json boxes_ = Json::value_t::array;
    Json labels_ = Json::value_t::object;
};

/// Groups by name, in order.
using BoxGroups = std::vector<std::pair<std::string, BoundingBoxes2D>>;

} // namespace vitrine
