// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/open_store.hpp"

namespace vitrine {

/// Counts what is in the store, from its rows and manifests.
StoreStats measure_store(OpenStore& store);

} // namespace vitrine
