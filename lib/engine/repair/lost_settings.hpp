// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/problem.hpp"
#include "engine/store/store_layout.hpp"
#include "engine/store/store_settings.hpp"

namespace vitrine {

/// The settings of a store that is to be repaired.
struct FoundSettings {
    StoreSettings settings;
    Problem problem; ///< why vitrine.json cannot be used; nothing if it can
};

/// Reads vitrine.json. If it is damaged, finds the settings elsewhere: the id in the catalogue, the
/// rest in what is left of the text and in the versions, the safe value where both say nothing.
/// Throws: NotAStore if there is no vitrine.json, or if nothing else of a store is there;
/// Unsupported if a newer vitrine wrote it; IoError if it cannot be read now.
FoundSettings find_settings(const StoreLayout& layout);

} // namespace vitrine
