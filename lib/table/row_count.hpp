// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vitrine {

/// So many bytes at the end of a table's JSON are enough for row_count_at_end.
inline constexpr std::size_t kRowCountBytes = 64;

/// The number of rows that a table's JSON says where it ends, "nrows" being the last of its sorted
/// keys; nothing for other text. So the rows of a large table are known without reading it.
std::optional<std::uint64_t> row_count_at_end(std::string_view tail);

} // namespace vitrine
