// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <string>

namespace vitrine {

/// Python's `==` of null, booleans, numbers and text: 1, 1.0 and true are equal, integers and
/// floats are compared exactly.
bool equal_scalars(const Json& a, const Json& b);

/// A text that is the same for scalars that are equal, but for NaN: the key by which they are
/// looked up, as Python's hash() is.
std::string equality_text(const Json& scalar);

} // namespace vitrine
