// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/info.hpp>

#include "engine/store/open_store.hpp"

namespace vitrine {

/// Computes the sizes and counts of a store from its rows and manifests.
/// Throws: Corruption, DatabaseError.
StoreStats measure_store(OpenStore& store);

} // namespace vitrine
