// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/media/object3d.hpp>

#include <string>
#include <string_view>

namespace vitrine {

/// Python's `json.dump(value, sort_keys=True, indent=4, separators=(",", ":"))`, of which W&B makes
/// its `*.pts.json` files.
inline constexpr JsonStyle kPointsJson{.indent = 4, .item_separator = ",", .key_separator = ":"};

/// The file of an array of points. Throws: InvalidArgument for a shape that is not (n, 3 | 4 | 6).
std::string points_text(const ArrayView& points);
/// The file of a scene. Throws: InvalidArgument also for boxes or vectors that are no list.
std::string scene_text(const LidarScene& scene);
/// The same of W&B's dictionary. Throws: InvalidArgument also for another type of scene.
std::string scene_text(const Json& scene);

/// Reads the points of either file, without a DOM of them. Throws: InvalidFormat.
PointCloud read_points(std::string_view text);
/// A list of a scene, empty where there is none. Throws: InvalidFormat.
Json read_scene_list(std::string_view text, std::string_view name);

} // namespace vitrine
