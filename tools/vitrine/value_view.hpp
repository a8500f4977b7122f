// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/value/value.hpp>

#include "output.hpp"

#include <string>

namespace vitrine::tool {

/// Prints a value: an image with its caption, classes, boxes and masks, a video, a sound, classes
/// as a list, a table as its columns and first rows, any other value as its JSON. `artifact` is
/// the name of its artifact, `path` its stored JSON.
void print_value(Output& out, const std::string& artifact, const ArtifactPath& path,
                 const Value& value);

} // namespace vitrine::tool
