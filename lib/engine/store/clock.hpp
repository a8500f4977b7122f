// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace vitrine {

/// Returns the current time as RFC 3339 in UTC, to the second: "2026-03-01T12:00:00Z".
std::string utc_now();

} // namespace vitrine
