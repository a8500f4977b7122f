// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>

#include "golden/report.hpp"

namespace vitrine::golden {

/// Compares names, types in their order and folders with those of the case `with_suffix`.
void check_suffixes(const Json& json, Report& report);

} // namespace vitrine::golden
