// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace vitrine::tool {

/// Returns the folder of a command's store: `given` (--store), else $VITRINE_STORE, else the
/// nearest `.vitrine` in the working directory and its parents; nullopt if there is none of these.
/// Does not check that the folder is a store.
std::optional<std::filesystem::path> find_store(const std::string& given);

/// Returns the folder in which `init` makes a store by default: as find_store, but never above the
/// working directory.
std::filesystem::path new_store_location(const std::string& given);

} // namespace vitrine::tool
