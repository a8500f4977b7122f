// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>

#include "session.hpp"

#include <string>

namespace vitrine::tool {

/// The help of a TARGET argument.
inline constexpr const char* kTargetHelp =
    "NAME, NAME:VERSION or NAME:ALIAS, or a folder that W&B or 'checkout' wrote";

/// Opens a target: a version of the store ("cells", "cells:v3", "cells:train"), or a plain folder.
/// Text with a slash, "." and ".." name folders; otherwise an artifact of the store is preferred to
/// a folder with the same name. `access`: to the store. Throws: NotFound; NotAStore.
Artifact open_target(Session& session, const std::string& target, Access access = Access::read);

/// Throws: UsageError if the text contains a slash, so that it cannot name a version.
void check_reference(const std::string& reference);

} // namespace vitrine::tool
