// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// Returns the text of a version's record, `<n>.json` (FORMAT.md). Inverse: parse_record, except
/// for row_id.
std::string render_record(const VersionRow& row);
/// Whether it is the text of that record, with or without the digest at its end, which older
/// records do not have.
bool is_text_of(const std::optional<std::string>& text, const VersionRow& row);
/// Throws: InvalidFormat with the JSON pointer of what is wrong; Corruption if the digest at the
/// end is not that of the text.
VersionRow parse_record(std::string_view text);

/// Returns the text of a name's `head.json`. Inverse: parse_head.
std::string render_head(const HeadRow& head);
bool is_text_of(const std::optional<std::string>& text, const HeadRow& head);
/// Throws: as parse_record.
HeadRow parse_head(std::string_view text);

} // namespace vitrine
