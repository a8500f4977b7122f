// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace vitrine {

/// What the names of a store's files say (FORMAT.md).

/// All that is in a folder, sorted; nothing if the folder is not there. Throws: IoError.
std::vector<std::filesystem::path> list_folder(const std::filesystem::path& folder);
/// The folders among it.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

/// The digest that 64 lower-case hex digits say.
std::optional<Sha256> digest_of_name(std::string_view name);

/// The number of "<n>.json"; nothing for a name that is not written so, and for a number that the
/// catalogue cannot hold.
std::optional<std::uint64_t> record_number(const std::filesystem::path& path);

/// A file whose write was cut off before it had its name.
bool is_temporary(const std::filesystem::path& path);

} // namespace vitrine
