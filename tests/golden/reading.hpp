// SPDX-License-Identifier: MIT
#pragma once

#include "golden/golden_case.hpp"
#include "golden/report.hpp"

namespace vitrine::golden {

/// Opens each artifact of the case as the folder that the SDK downloads, restores every value of
/// it, and writes them into a new artifact: the JSON has to be the same bytes.
void read_case(const GoldenCase& golden, Report& report);

} // namespace vitrine::golden
