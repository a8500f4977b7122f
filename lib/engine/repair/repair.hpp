// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/reports.hpp>

#include "engine/engine.hpp"
#include "engine/store/store_layout.hpp"

namespace vitrine {

/// Builds the catalogue of a store anew from its files, heals what it can and says what is lost.
/// The order of its steps stands in repair.cpp.
/// Throws: NotAStore where vitrine.json is missing; Locked where anybody has the store open;
/// Unsupported for a store of a newer vitrine; IoError, Cancelled: the old catalogue stays in use.
RepairReport repair_store(const StoreLayout& layout, const RepairOptions& options,
                          const EngineOptions& engine);

} // namespace vitrine
