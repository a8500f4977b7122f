// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// An `<object>` of an annotation.
struct VocObject {
    std::string name;                ///< of its class
    Json min_x, max_x, min_y, max_y; ///< numbers as written: 48 or 48.5
    Json extra =
        Json::object(); ///< "pose", "truncated", "difficult", "occluded", those that are present
};

/// The data that vitrine reads from `Annotations/<stem>.xml`.
struct VocAnnotation {
    std::vector<VocObject> objects;
};

/// The largest annotation file that is read, in bytes.
inline constexpr std::uint64_t kMaxVocAnnotationBytes = std::uint64_t{16} << 20;

/// Parses an annotation; see FORMAT.md. Throws: InvalidFormat, with the problem and its place.
VocAnnotation parse_voc_annotation(std::string_view xml);

} // namespace vitrine
