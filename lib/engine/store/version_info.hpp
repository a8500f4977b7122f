// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/info.hpp>

#include "catalog/catalog.hpp"
#include "engine/store/version_reference.hpp"

#include <string_view>
#include <vector>

namespace vitrine {

/// All artifacts with a live version, by name.
std::vector<ArtifactInfo> list_artifacts(Catalog& catalog);

/// The live versions of an artifact, newest first. Throws: InvalidArgument, NotFound.
std::vector<VersionInfo> list_versions(Catalog& catalog, std::string_view name);

/// Throws: NotFound.
VersionInfo version_info(Catalog& catalog, const VersionReference& reference);

} // namespace vitrine
