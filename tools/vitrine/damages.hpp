// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/engine/verify.hpp>

#include "output.hpp"

#include <vector>

namespace vitrine::tool {

/// Damaged objects, and the entries and versions that need them, as verify and repair print them.
Json damages_json(const std::vector<Damage>& damages);
void print_damages(Output& out, const std::vector<Damage>& damages);

} // namespace vitrine::tool
