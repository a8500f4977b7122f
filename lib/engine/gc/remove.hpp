// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/gc.hpp>

#include "engine/store/open_store.hpp"
#include "engine/store/version_reference.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Adds aliases to a version and removes others from it. An alias that another version has moves to
/// this one. Throws: InvalidArgument, NotFound, Locked.
void change_aliases(OpenStore& store, const VersionReference& reference,
                    const std::vector<std::string>& add, const std::vector<std::string>& remove);

/// Removes the version "name:v3", or all versions "name:*". gc deletes their bytes later.
/// Throws: InvalidArgument, NotFound, Locked.
RemoveReport remove_versions(OpenStore& store, std::string_view reference,
                             const RemoveOptions& options);

} // namespace vitrine
