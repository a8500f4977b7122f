// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/store_layout.hpp"

#include <filesystem>

namespace vitrine {

/// Returns the layout of the store at `root` with the real path of its folder. The folder itself
/// may be, or be reached through, a link; it need not exist.
/// Throws: NotAStore, which names it, if a file or folder at a fixed place of the store is a link
/// or of another type; IoError.
StoreLayout checked_layout(const std::filesystem::path& root);

} // namespace vitrine
