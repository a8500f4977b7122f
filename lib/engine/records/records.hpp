// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"

#include <string>
#include <string_view>

namespace vitrine {

/// The bytes of a version's record, `<n>.json` (FORMAT.md). Inverse: parse_record, but for row_id.
std::string render_record(const VersionRow& row);
/// Throws: InvalidFormat with the pointer of what is wrong.
VersionRow parse_record(std::string_view text);

/// The bytes of a name's `head.json`. Inverse: parse_head.
std::string render_head(const HeadRow& head);
/// Throws: InvalidFormat.
HeadRow parse_head(std::string_view text);

} // namespace vitrine
