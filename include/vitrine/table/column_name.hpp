// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace vitrine {

/// The name of a table's column: text, or a 64-bit integer, since pandas numbers columns that have
/// no names. The integer 1 and the text "1" are different names. Immutable.
class VITRINE_EXPORT ColumnName {
public:
    /// A name that is text, in UTF-8.
    ColumnName(std::string text) : name_(std::move(text)) {}
    ColumnName(std::string_view text) : name_(std::string(text)) {}
    ColumnName(const char* text) : name_(std::string(text)) {}
    /// A name that is an integer of 64 bits with a sign; a larger one wraps.
    template <std::integral Integer>
    ColumnName(Integer number) : name_(static_cast<std::int64_t>(number)) {}
    /// Inverse of json. Throws: InvalidArgument for JSON that is neither text nor a 64-bit integer.
    static ColumnName from_json(const Json& json);

    /// Whether the name is an integer.
    bool is_integer() const noexcept { return std::holds_alternative<std::int64_t>(name_); }
    /// The text; for an integer, its decimal digits.
    std::string text() const;
    /// A JSON string or integer. Inverse: from_json.
    Json json() const;

    /// Whether both are integers, or both text, and equal.
    bool operator==(const ColumnName&) const = default;
    /// Orders integers by value before text by code points.
    auto operator<=>(const ColumnName&) const = default;

private:
    std::variant<std::int64_t, std::string> name_;
};

} // namespace vitrine
