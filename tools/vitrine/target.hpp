// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>

#include "session.hpp"

#include <string>

namespace vitrine::tool {

/// What the help of verbs that take a target says of it.
inline constexpr const char* kTargetHelp =
    "NAME, NAME:VERSION or NAME:ALIAS, or a folder that W&B or 'checkout' wrote";

/// Opens what an argument names: a version of the store ("cells", "cells:v3", "cells:train"), or a
/// plain folder. A text with a slash, "." and ".." are folders; else an artifact of the store goes
/// before a folder of that name.
/// Throws: NotFound, NotAStore.
Artifact open_target(Session& session, const std::string& target);

/// Throws: UsageError for a text with a slash, which names no version.
void check_reference(const std::string& reference);

} // namespace vitrine::tool
