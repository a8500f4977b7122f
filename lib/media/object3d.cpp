// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/object3d.hpp>

#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "media/media_json.hpp"
#include "media/points_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vitrine {

namespace {

constexpr std::array<std::string_view, 6> kObjectTypes = {"pts.json", "obj",     "gltf",
                                                          "glb",      "babylon", "stl"};
constexpr std::string_view kPointsType = "pts.json";
constexpr std::string_view kPointsExtension = ".pts.json";

/// Returns the type that `name` ends with.
std::string_view checked_type(std::string_view name) {
    const std::string_view type = file_type_of(name, kObjectTypes);
    if (type.empty()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected an array of points or a 3D file of one of the types ",
                           joined(kObjectTypes), ", got ", quoted(name)));
    }
    return type;
}

/// Makes a run's copy of a user's "a.pts.json" end with ".pts.json" too.
MediaFile with_points_extension(MediaFile file) {
    return std::string_view(file.path()).ends_with(kPointsExtension)
               ? file.with_extension(std::string(kPointsExtension))
               : file;
}

} // namespace

ArrayView PointCloud::view() const {
    return {values.data(), DType::float64, {size(), columns}};
}

std::span<const std::string_view> Object3D::supported_types() {
    return kObjectTypes;
}

Object3D::Object3D(MediaFile file, std::string_view file_type)
    : Media(with_points_extension(std::move(file))), file_type_(file_type) {}

Object3D Object3D::of_points(std::string text) {
    return {MediaFile::from_bytes(std::move(text), std::string(kPointsExtension)), kPointsType};
}

Object3D::Object3D(const std::filesystem::path& path)
    : Object3D([&] {
          const std::string_view type = checked_type(path.string());
          return Object3D(MediaFile::from_path(path), type);
      }()) {}

Object3D::Object3D(const ArrayView& points) : Object3D(of_points(points_text(points))) {}

Object3D::Object3D(const LidarScene& scene) : Object3D(of_points(scene_text(scene))) {}

Object3D Object3D::from_scene(const Json& scene) {
    return of_points(scene_text(scene));
}

Object3D Object3D::from_bytes(std::string bytes, std::string_view file_type) {
    const auto type = std::ranges::find(kObjectTypes, file_type);
    if (type == kObjectTypes.end()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected one of the file types ", joined(kObjectTypes), ", got ",
                           quoted(file_type)));
    }
    return {MediaFile::from_bytes(std::move(bytes), concat('.', file_type)), *type};
}

bool Object3D::is_point_cloud() const noexcept {
    return file_type_ == kPointsType;
}

PointCloud Object3D::points() const {
    if (!is_point_cloud()) {
        throw Error(ErrorCode::Unsupported,
                    concat("a 3D object of type ", quoted(file_type_), " has no list of points"));
    }
    return restoring("points", [&] { return read_points(read_file()); });
}

Json Object3D::scene_list(std::string_view name) const {
    if (!is_point_cloud()) {
        throw Error(ErrorCode::Unsupported,
                    concat("a 3D object of type ", quoted(file_type_), " has no list of ", name));
    }
    return restoring(name, [&] { return read_scene_list(read_file(), name); });
}

Json Object3D::boxes() const {
    return scene_list("boxes");
}

Json Object3D::vectors() const {
    return scene_list("vectors");
}

Json Object3D::to_json(ValueSink& sink) const {
    return sink.run() != nullptr ? run_json(*sink.run(), artifact_type)
                                 : artifact_media_json(sink, *this);
}

Object3D Object3D::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    MediaFile file = restored_file(json, artifact_type, std::move(source));
    const std::string_view type = restoring("'path'", [&] { return checked_type(file.path()); });
    return {std::move(file), type};
}

bool Object3D::equals(const Value& other) const {
    const auto* object = dynamic_cast<const Object3D*>(&other);
    return object != nullptr && sha256() == object->sha256();
}

Json Object3D::seq_to_json(std::span<const Object3D> objects, RunSink& run, const Json& /*key*/,
                           const Json& /*step*/) {
    Json list = list_json(objects, run);
    Json names = Json::array();
    for (const Json& json : list) {
        const auto& path = json.at("path").get_ref<const std::string&>();
        names.push_back(path.substr(get_media_subdir().size() + 1));
    }
    Json json = Json::object();
    json["_type"] = "object3D";
    json["filenames"] = std::move(names);
    json["count"] = list.size();
    json["objects"] = std::move(list);
    return json;
}

} // namespace vitrine
