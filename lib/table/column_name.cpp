// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/table/column_name.hpp>

#include "core/text.hpp"

namespace vitrine {

ColumnName ColumnName::from_json(const Json& json) {
    if (json.is_string()) {
        return ColumnName(json.get<std::string>());
    }
    if (json.is_number_integer() &&
        (!json.is_number_unsigned() || std::in_range<std::int64_t>(json.get<std::uint64_t>()))) {
        return ColumnName(json.get<std::int64_t>());
    }
    throw Error(ErrorCode::InvalidArgument,
                concat("expected text or an integer as a column name, got ", json.type_name()));
}

std::string ColumnName::text() const {
    const auto* text = std::get_if<std::string>(&name_);
    return text != nullptr ? *text : std::to_string(std::get<std::int64_t>(name_));
}

Json ColumnName::json() const {
    const auto* text = std::get_if<std::string>(&name_);
    return text != nullptr ? Json(*text) : Json(std::get<std::int64_t>(name_));
}

} // namespace vitrine
