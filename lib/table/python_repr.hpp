// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <string>
#include <string_view>

namespace vitrine {

/// Python's repr() of text: 'slide', "it's", '\x00'.
///
/// Code points that Unicode has not assigned are printed as they are: which ones Python escapes
/// depends on its version.
std::string python_string(std::string_view text);
/// Python's repr() of what JSON says: None, True, 1.0, nan, [1, 'a'], {'a': 1}.
std::string python_repr(const Json& value);

} // namespace vitrine
