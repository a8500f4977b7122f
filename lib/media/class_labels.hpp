// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/media/classes.hpp>

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string_view>
#include <vector>

namespace vitrine {

/// Checks W&B's class labels of a group: an object of class numbers (as text) to names.
/// Throws: InvalidArgument "expected class labels as an object of numbers to text, got ...".
void check_class_labels(const Json& labels);

/// Returns {"1": "tree"} for typed labels, or for the classes whose id is a number and whose name
/// is text.
Json class_labels_of(const std::vector<ClassLabel>& labels);
Json class_labels_of(const Classes& classes);
/// Returns {"1": "class_1"} for ids, in their order.
Json default_class_labels(const std::set<std::int64_t>& ids);

/// Whether `all` contains all of `labels`.
bool is_subset(const Json& labels, const Json& all);

/// Returns the class labels in vitrine's notes of a restored value's JSON, at "vitrine" / path[0] /
/// path[1] / ...; null if there are none. Throws: InvalidFormat if they are not class labels.
const Json* annotated_labels(const Json& json, std::initializer_list<std::string_view> path);

} // namespace vitrine
