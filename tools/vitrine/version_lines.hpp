// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/reports.hpp>

#include "session.hpp"

#include <string>
#include <vector>

namespace vitrine::tool {

/// "name:v3"
std::string version_name(const VersionInfo& version);
/// "name:v3" of the version it was drafted from; "" if there is none.
std::string base_name(const VersionInfo& version);
/// All that `log` and `show` say of a version.
Json version_json(const VersionInfo& version);
/// A line for each version, or a JSON array.
void print_versions(Session& session, const std::vector<VersionInfo>& versions);

} // namespace vitrine::tool
