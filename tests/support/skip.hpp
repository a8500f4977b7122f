// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace vitrine::test {

/// Reports that the running test case cannot be run here, and why. Return from the case afterwards:
/// it is counted as skipped, not as passed (unless a check failed before).
void skip(std::string_view reason);

} // namespace vitrine::test
