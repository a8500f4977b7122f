// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/rows.hpp"

#include <vector>

namespace vitrine {

struct OpenStore;

/// Enters files outside the store into the stat cache, if no other writer is at work and the store
/// may be written to. Never an error, since the cache only saves work. No thread of the caller's
/// may have a write transaction open.
void enter_stats(OpenStore& store, const std::vector<StatRow>& rows) noexcept;

} // namespace vitrine
