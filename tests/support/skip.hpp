// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace vitrine::test {

/// Says that the running test case cannot be run here and why; the caller returns after it. The
/// case is then counted as skipped, not as passed (unless a check failed before).
void skip(std::string_view reason);

} // namespace vitrine::test
