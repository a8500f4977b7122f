// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vitrine {

/// row_count_at_end needs at most this many bytes from the end of a table's JSON.
inline constexpr std::size_t kRowCountBytes = 64;

/// Returns the number of rows from the end of a table's JSON, where "nrows" is the last of the
/// sorted keys; nothing for other text. A large table need not be read to count its rows.
std::optional<std::uint64_t> row_count_at_end(std::string_view tail);

} // namespace vitrine
