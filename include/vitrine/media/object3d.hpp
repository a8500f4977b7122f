// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/media/media.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Points in space, row by row.
struct VITRINE_EXPORT PointCloud {
    /// 3: x, y, z; 4: and a category of 1 to 14; 6: and red, green, blue of 0 to 255. 0: no points.
    std::size_t columns = 0;
    std::vector<double> values; ///< size() times columns

    /// The number of points.
    std::size_t size() const noexcept { return columns == 0 ? 0 : values.size() / columns; }
    /// The numbers of one point; `index` must be below size(). Valid while this lives.
    std::span<const double> operator[](std::size_t index) const {
        return std::span(values).subspan(index * columns, columns);
    }
    /// (size(), columns) of float64. Valid while this lives.
    ArrayView view() const;
    bool operator==(const PointCloud&) const = default;
};

/// W&B's "lidar/beta": points with boxes and arrows among them.
struct LidarScene {
    /// (n, 3 | 4 | 6) as of a PointCloud.
    std::optional<ArrayView> points = std::nullopt;
    /// A list: of {"corners": eight points, "label", "color": [r, g, b]}, or of eight points each.
    Json boxes = Json::value_t::array;
    /// A list of {"start": point, "end": point}.
    Json vectors = Json::value_t::array;
};

/// A point cloud, a scene of points and boxes, or a mesh in a file. Immutable (but for
/// bind_to_run); a cheap handle; safe to use from many threads.
///
/// Points are kept as a text file, `*.pts.json`, which is written number by number: a cloud takes
/// the memory of that text, about 30 bytes a number.
///
/// JSON in an artifact: {"path", "_type": "object3D-file"}. Source: wandb/data_types.py, Object3D.
class VITRINE_EXPORT Object3D : public Media {
public:
    static constexpr std::string_view artifact_type = "object3D-file";
    /// What a file's name may end with: "obj", "gltf", "glb", "babylon", "stl", "pts.json".
    static std::span<const std::string_view> supported_types();

    /// A file, kept as it is.
    /// Throws: InvalidArgument for another type of file, or a folder; NotFound; IoError.
    explicit Object3D(const std::filesystem::path& path);
    /// An array (n, 3 | 4 | 6), as of a PointCloud; numbers are written as what they are (integers,
    /// floats, booleans). Throws: InvalidArgument for another shape.
    explicit Object3D(const ArrayView& points);
    /// A scene. Throws: InvalidArgument for points of another shape, and for boxes or vectors that
    /// are not lists or whose text is not UTF-8.
    explicit Object3D(const LidarScene& scene);
    /// W&B's dictionary {"type": "lidar/beta", "points"?, "boxes"?, "vectors"?}; further keys are
    /// left out. Throws: InvalidArgument for another type; as from a LidarScene.
    static Object3D from_scene(const Json& scene);
    /// The content of a file. Throws: InvalidArgument for another `file_type` ("obj").
    static Object3D from_bytes(std::string bytes, std::string_view file_type);

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/object3D"; }

    /// The one of supported_types() that the file's name ends with.
    std::string_view file_type() const noexcept { return file_type_; }
    /// Whether it is a `*.pts.json`, so that points, boxes and vectors can be read.
    bool is_point_cloud() const noexcept;

    /// Reads the points from the file at each call, in little more memory than the points take.
    /// Throws: Unsupported for a mesh; InvalidFormat for a file that holds other than points; what
    /// read_file throws.
    PointCloud points() const;
    /// The boxes of a scene, as in the file; an empty list if there are only points.
    /// Throws: as points().
    Json boxes() const;
    /// The vectors of a scene, likewise. Throws: as points().
    Json vectors() const;

    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact; reads no file. Throws: InvalidFormat that names the
    /// member; what ValueSource::file throws.
    static Object3D from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the bytes are equal. Throws: what `sha256` throws.
    bool equals(const Value& other) const override;

    /// vitrine::with_suffix for 3D objects: "cloud" -> "cloud.object3D-file.json".
    static std::string with_suffix(std::string_view name, std::string_view filetype = "json") {
        return vitrine::with_suffix(name, artifact_type, filetype);
    }
    /// {"_type": "object3D", "filenames", "count", "objects": [...]} of values that are bound.
    /// Throws: InvalidArgument for no values, or one that is not bound to this run.
    static Json seq_to_json(std::span<const Object3D> objects, RunSink& run, const Json& key,
                            const Json& step);

private:
    Object3D(MediaFile file, std::string_view file_type);
    static Object3D of_points(std::string text);
    Json scene_list(std::string_view name) const;
    std::string_view class_name() const override { return "Object3D"; }
    std::string_view file_type_; ///< of the static list
};

} // namespace vitrine
