// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/open_store.hpp"

namespace vitrine {

/// Frees what no version reaches and nobody reads, and sweeps what crashes left. The order of its
/// steps stands in gc.cpp. Throws: Locked if another gc runs; Corruption where a record tells of a
/// version that the catalogue does not know; Cancelled.
GcReport collect_garbage(OpenStore& store, const GcOptions& options);

} // namespace vitrine
