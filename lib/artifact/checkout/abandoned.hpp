// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/checkout/occupant.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The names of the staging folders of checkouts begin so; 32 hex digits follow.
constexpr std::string_view kStagingPrefix = ".vitrine-";

/// Removes the staging folders of checkouts that died. What they had moved out of the target is
/// removed only if the store can give it back; everything else goes back to its place if that is
/// free, and otherwise stays where it is. Returns a line for each file that was not removed.
/// Throws: IoError; DatabaseError.
std::vector<std::string> sweep_abandoned(const std::filesystem::path& root, int folder,
                                         const ReplacementRule& rule);

/// Removes a staging folder, except for what was moved out and is still in it.
void remove_staging(const std::filesystem::path& staging) noexcept;

} // namespace vitrine
