// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace vitrine::tool {

/// Where the store of a command lies: `given` (--store), else $VITRINE_STORE, else the nearest
/// `.vitrine` in the working directory and above; nothing if there is none of these. Whether a
/// store lies there is not looked at.
std::optional<std::filesystem::path> find_store(const std::string& given);

/// Where `init` without a folder makes one: as find_store, but never above the working directory.
std::filesystem::path new_store_location(const std::string& given);

} // namespace vitrine::tool
