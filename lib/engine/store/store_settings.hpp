// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/settings.hpp>

#include "engine/store/store_layout.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// The newest format that this version of vitrine reads, and the format that it writes.
inline constexpr std::uint64_t kStoreFormat = 1;

/// The content of vitrine.json: what was chosen when the store was created.
struct StoreSettings {
    std::string store_id; ///< 32 hex digits
    std::string dialect;
    Durability durability = Durability::safe;
    /// Objects of at most this many bytes are packed; 0: none is.
    std::uint64_t pack_limit = kDefaultPackLimit;
};

/// The bytes of vitrine.json (FORMAT.md). Inverse: parse_settings.
std::string render_settings(const StoreSettings& settings);
/// Throws: InvalidFormat; Corruption if its digest is wrong; Unsupported for a newer format.
StoreSettings parse_settings(std::string_view text);
/// Throws: NotAStore if the folder has no vitrine.json; IoError; as parse_settings, with the path.
StoreSettings read_settings(const StoreLayout& layout);

} // namespace vitrine
