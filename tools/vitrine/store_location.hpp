// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace vitrine::tool {

/// Returns the folder of a command's store: `given` (--store), else $VITRINE_STORE, else the
/// nearest `.vitrine` in the working directory and its parents; nullopt if there is none of these.
/// Does not check that the folder is a store.
/// Throws: NotAStore, with the owner, if a folder that was found in the working directory or above
/// belongs to another user, unless `trust` is set or a line of ~/.config/vitrine/trusted has its
/// path. Anyone can leave a `.vitrine` in a folder above, as in /tmp.
std::optional<std::filesystem::path> find_store(const std::string& given, bool trust);

/// Returns the folder in which `init` makes a store by default: as find_store, but never above the
/// working directory.
std::filesystem::path new_store_location(const std::string& given);

} // namespace vitrine::tool
