// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/open_store.hpp"
#include "engine/store/version_reference.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Gives aliases to a version and takes others away from it.
void change_aliases(OpenStore& store, const VersionReference& reference,
                    const std::vector<std::string>& add, const std::vector<std::string>& remove);

/// Removes "name:v3" or "name:*".
RemoveReport remove_versions(OpenStore& store, std::string_view reference, bool dry_run);

} // namespace vitrine
