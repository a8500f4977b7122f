// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/verify.hpp>

#include "engine/store/open_store.hpp"

#include <vector>

namespace vitrine {

/// Compares vitrine.json, records, heads and the records of runs with their digests and with the
/// rows of the catalogue, in both directions. Each damage names the file by its path in the store.
///
/// What an interrupted or running transaction has announced is no damage. Looks a second time at
/// what it found, under the write lock unless the store is open read-only: another process may have
/// changed it meanwhile. Throws: Cancelled, Locked, IoError, DatabaseError.
std::vector<Damage> check_records(OpenStore& store, const ProgressOptions& progress);

} // namespace vitrine
