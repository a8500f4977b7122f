// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"
#include "engine/store/engine_options.hpp"
#include "engine/store/store_layout.hpp"
#include "engine/store/store_settings.hpp"

namespace vitrine {

/// Creates the files and folders of a new store, vitrine.json last. Draws a store id if `settings`
/// has none. Throws: AlreadyExists unless the folder is missing, empty, or holds only what an
/// interrupted create_store left; IoError, DatabaseError, Locked.
void create_store(const StoreLayout& layout, StoreSettings settings, const EngineOptions& options);

/// Creates the folders and lock files of a store that are missing.
void create_store_folders(const StoreLayout& layout, FileSystem& files);
/// Makes those that are missing in a copy of a store: git, zip and object stores keep no empty
/// folder. Does nothing where the store may not be written.
void complete_store(const StoreLayout& layout, FileSystem& files);

} // namespace vitrine
