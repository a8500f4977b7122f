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

    /// W&B's dictionary of this box. Valid while this box lives.
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
    /// Throws: InvalidArgument, in W&B's order, for class labels that are not an object of numbers
    /// to text; for "box_data" that is missing or not a list; for a box whose position is neither
    /// (middle of length 2, numeric width and height) nor (numeric minX, maxX, minY, maxY), whose
    /// scores are not an object of numbers, whose class_id is not an integer, or whose box_caption
    /// is not text; for a missing class_id if there are no class labels. For text that is not
    /// UTF-8.
    explicit BoundingBoxes2D(const Json& dictionary, std::string key = "");

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/metadata/boxes2D"; }

    /// The list of boxes as given. Valid while a copy of this handle lives, as are the class labels
    /// and the key.
    const Json& box_data() const noexcept;
    /// The number of boxes.
    std::size_t count() const noexcept;
    /// {"1": "tree"}: as given; in a restored image, from its classes; else {"1": "class_1", ...}
    /// of the sorted distinct ids.
    const Json& class_labels() const noexcept;
    /// Whether the class labels were given, not derived.
    bool has_class_labels() const noexcept;
    /// The name of the group; "" if it was given none.
    const std::string& key() const noexcept;

    /// Binds, and puts the class labels into the run's config. Throws: as Media::bind_to_run and
    /// RunSink::add_singleton.
    void bind_to_run(RunSink& run, const Json& key, const Json& step,
                     const Json& id = nullptr) const override;
    /// Throws: InvalidArgument for a run to which it is not bound; what the sink throws.
    Json to_json(ValueSink& sink) const override;
    /// From the list of boxes, or {"value": list, "vitrine": {"labels": ...}} (see
    /// with_annotations). Throws: InvalidFormat where the constructor throws InvalidArgument.
    static BoundingBoxes2D from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the boxes are equal, and the class labels if both were given. Does not throw.
    bool equals(const Value& other) const override;

    /// A copy under another name. Takes the labels of `classes` if it has none of its own. Throws:
    /// what `file` throws.
    BoundingBoxes2D with_key(std::string key, const Classes* classes = nullptr) const;

private:
    struct Body;
    BoundingBoxes2D(MediaFile file, std::shared_ptr<const Body> body);
    std::string_view class_name() const override { return "BoundingBoxes2D"; }
    std::shared_ptr<const Body> body_;
};

/// BoundingBoxes2D::Builder().label(1, "tree").add(Box::from_corners(...)).build(). For one thread.
class BoundingBoxes2D::Builder {
public:
    /// Appends a box.
    Builder& add(const Box& box);
    /// Sets the name of a class.
    Builder& label(std::int64_t class_id, std::string_view name);
    /// The boxes and labels so far. Throws: as the constructor of BoundingBoxes2D.
    BoundingBoxes2D build() const;

private:
    Json boxes_ = Json::value_t::array;
    Json labels_ = Json::value_t::object;
};

/// Groups by name, in order.
using BoxGroups = std::vector<std::pair<std::string, BoundingBoxes2D>>;

} // namespace vitrine
