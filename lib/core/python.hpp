// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <string>
#include <string_view>

// JSON values as Python treats them. python_float, its repr() of a float, is public (json.hpp).

namespace vitrine {

/// Python's bool(): false for null, false, 0 and empty text, lists and objects.
bool is_truthy(const Json& value);

/// Python's str() of text, a number, a boolean or null: "slide", "1.0", "nan", "True", "None".
/// Throws: InvalidArgument for other kinds.
std::string python_text(const Json& value);

/// Python's repr() of text: 'slide', "it's", '\x00'.
///
/// Code points that Unicode has not assigned are not escaped: which ones Python escapes depends on
/// its version.
std::string python_string(std::string_view text);
/// Python's repr() of a JSON value: None, True, 1.0, nan, [1, 'a'], {'a': 1}.
std::string python_repr(const Json& value);

/// Python's `==` of null, booleans, numbers and text: 1, 1.0 and true are equal; integers and
/// floats are compared exactly.
bool equal_scalars(const Json& a, const Json& b);

/// A key for lookups, like Python's hash(): equal scalars have the same text, and only they do.
/// All NaN have the same text, though NaN is not equal to itself.
std::string equality_text(const Json& scalar);

} // namespace vitrine
