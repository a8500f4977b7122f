// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vitrine {

/// The JSON pointer (RFC 6901) of a member of the value at `pointer`. Escapes '~' and '/'.
std::string pointer_below(std::string_view pointer, std::string_view key);
/// The same for an item of an array.
std::string pointer_below(std::string_view pointer, std::size_t index);

} // namespace vitrine
