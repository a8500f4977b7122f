// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/media/object3d.hpp>

#include <string>
#include <string_view>

namespace vitrine {

/// The style of Python's `json.dump(value, sort_keys=True, indent=4, separators=(",", ":"))`, with
/// which W&B writes its `*.pts.json` files.
inline constexpr JsonStyle kPointsJson{.indent = 4, .item_separator = ",", .key_separator = ":"};

/// Returns the file of an array of points. Throws: InvalidArgument unless its shape is (n, 3 | 4 |
/// 6).
std::string points_text(const ArrayView& points);
/// Returns the file of a scene. Throws: InvalidArgument also if boxes or vectors are not a list.
std::string scene_text(const LidarScene& scene);
/// The same for W&B's dictionary. Throws: InvalidArgument also for another type of scene.
std::string scene_text(const Json& scene);

/// Reads the points of either file without building a JSON tree. Throws: InvalidFormat.
PointCloud read_points(std::string_view text);
/// Reads a list of a scene; empty if the file has none. Throws: InvalidFormat.
Json read_scene_list(std::string_view text, std::string_view name);

} // namespace vitrine
