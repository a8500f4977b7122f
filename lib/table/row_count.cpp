// SPDX-License-Identifier: MIT
#include "table/row_count.hpp"

#include <charconv>

namespace vitrine {

std::optional<std::uint64_t> row_count_at_end(std::string_view tail) {
    constexpr std::string_view kKey = "\"nrows\": ";
    const std::size_t key = tail.rfind(kKey);
    if (key == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view number = tail.substr(key + kKey.size());
    std::uint64_t rows = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rows);
    const bool is_last = std::string_view(end, number.data() + number.size()) == "}";
    return error == std::errc() && is_last ? std::optional(rows) : std::nullopt;
}

} // namespace vitrine
