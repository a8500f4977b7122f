// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/value.hpp>

#include "output.hpp"

#include <string>

namespace vitrine::tool {

/// Prints a value in full: an image with its caption, classes, boxes and masks, a video, a sound,
/// classes as a list, any other value as its JSON. `artifact` is what it was got from; `json` is
/// its stored JSON.
void print_value(Output& out, const std::string& artifact, const std::string& path,
                 const Value& value, const Json& json);

} // namespace vitrine::tool
