// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/engine/reports.hpp>

#include "output.hpp"

#include <vector>

namespace vitrine::tool {

/// What verify and repair say of damaged bytes and of whom they hurt.
Json damages_json(const std::vector<Damage>& damages);
void print_damages(Output& out, const std::vector<Damage>& damages);

} // namespace vitrine::tool
