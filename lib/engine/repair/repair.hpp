// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/repair.hpp>

#include "engine/store/engine_options.hpp"
#include "engine/store/store_layout.hpp"

namespace vitrine {

/// Builds a new catalogue of a store from its files, restores lost bytes if it can, and reports
/// what is lost. The order of its steps is in repair.cpp. After an error the old catalogue is still
/// in use. Throws: NotAStore if vitrine.json is missing; Locked if the store is open elsewhere;
/// Unsupported if a newer vitrine wrote the store; NotFound if a folder of RepairOptions::from does
/// not exist; IoError, Cancelled, DatabaseError.
RepairReport repair_store(const StoreLayout& layout, const RepairOptions& options,
                          const EngineOptions& engine);

} // namespace vitrine
