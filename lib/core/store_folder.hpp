// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace vitrine {

// A store is never content. Where users' folders are read, the folder of a store is left out. It is
// recognised by what it has, so it does not matter by which path, link or mount it was reached.

/// The files that every store has. The engine's StoreLayout names them too.
inline constexpr std::string_view kStoreSettings = "vitrine.json";
inline constexpr std::string_view kStoreCatalog = "catalog.sqlite";

/// Whether the folder has the files of a store. Follows links. False for what cannot be looked at.
bool is_store_root(const std::filesystem::path& folder);

/// Returns the folder of the store that `path` is in or is; nothing if it is in none. Follows
/// links. `path` must exist, else nothing is returned.
std::optional<std::filesystem::path> store_around(const std::filesystem::path& path);

/// Throws InvalidArgument if the folder is a store, or in one.
void refuse_store(const std::filesystem::path& folder);

} // namespace vitrine
