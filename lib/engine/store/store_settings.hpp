// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine.hpp"
#include "engine/store/store_layout.hpp"

#include <string>
#include <string_view>

namespace vitrine {

/// The newest format that this version of vitrine reads, and the format that it writes.
inline constexpr std::uint64_t kStoreFormat = 1;

/// The bytes of vitrine.json (FORMAT.md). Inverse: parse_settings.
std::string render_settings(const StoreSettings& settings);
/// Throws: InvalidFormat; Unsupported for a newer format.
StoreSettings parse_settings(std::string_view text);
/// Throws: NotAStore if the folder has no vitrine.json; IoError; as parse_settings, with the path.
StoreSettings read_settings(const StoreLayout& layout);

} // namespace vitrine
