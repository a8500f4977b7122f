// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace vitrine {

/// The name of a table's column: text, or an integer, as pandas numbers columns without names.
class ColumnName {
public:
    ColumnName(std::string text) : name_(std::move(text)) {}
    ColumnName(std::string_view text) : name_(std::string(text)) {}
    ColumnName(const char* text) : name_(std::string(text)) {}
    template <std::integral Integer>
    ColumnName(Integer number) : name_(static_cast<std::int64_t>(number)) {}
    /// Throws: InvalidArgument for what is neither text nor an integer of 64 bits.
    static ColumnName from_json(const Json& json);

    bool is_integer() const noexcept { return std::holds_alternative<std::int64_t>(name_); }
    /// The text; of an integer its digits.
    std::string text() const;
    Json json() const;

    bool operator==(const ColumnName&) const = default;
    /// Integers by value, text by code points; integers before text.
    auto operator<=>(const ColumnName&) const = default;

private:
    std::variant<std::int64_t, std::string> name_;
};

} // namespace vitrine
