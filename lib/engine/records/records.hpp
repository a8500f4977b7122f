// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"

#include <string>
#include <string_view>

namespace vitrine {

/// Returns the text of a version's record, `<n>.json` (FORMAT.md). Inverse: parse_record, except
/// for row_id.
std::string render_record(const VersionRow& row);
/// Throws: InvalidFormat with the JSON pointer of what is wrong.
VersionRow parse_record(std::string_view text);

/// Returns the text of a name's `head.json`. Inverse: parse_head.
std::string render_head(const HeadRow& head);
/// Throws: InvalidFormat.
HeadRow parse_head(std::string_view text);

} // namespace vitrine
