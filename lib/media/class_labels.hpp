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

/// W&B's class labels of a group: an object of class numbers (as text) to names.
///
/// Throws: InvalidArgument "class labels must be an object of numbers to text".
void check_class_labels(const Json& labels);

/// {"1": "tree"} of typed labels, and of classes whose id is a number and whose name is text.
Json class_labels_of(const std::vector<ClassLabel>& labels);
Json class_labels_of(const Classes& classes);
/// {"1": "class_1"}, in order of the ids.
Json default_class_labels(const std::set<std::int64_t>& ids);

/// Whether all of `labels` are among `all`.
bool is_subset(const Json& labels, const Json& all);

/// The class labels that a restored value's JSON holds beside what W&B knows, at
/// "vitrine" / path[0] / path[1] / ...; null if there are none.
/// Throws: InvalidFormat for labels that are none.
const Json* annotated_labels(const Json& json, std::initializer_list<std::string_view> path);

} // namespace vitrine
