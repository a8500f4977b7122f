// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/info.hpp>

#include "session.hpp"

#include <string>
#include <vector>

namespace vitrine::tool {

/// "name:v3"
std::string version_name(const VersionInfo& version);
/// Returns "name:v3" of the version from which it was drafted; "" if there is none.
std::string base_name(const VersionInfo& version);
/// Returns what `log` and `show` print about a version.
Json version_json(const VersionInfo& version);
/// Prints a line for each version, or a JSON array.
void print_versions(Session& session, const std::vector<VersionInfo>& versions);

} // namespace vitrine::tool
