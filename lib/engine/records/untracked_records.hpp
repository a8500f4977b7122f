// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/open_store.hpp"

namespace vitrine {

/// Record files without a row in the catalogue. A commit writes its record before its row, so a
/// crash between the two leaves a record with the next number of its name. Run records are written
/// in the same order.

/// Throws Corruption "run 'vitrine repair'" if a record has neither a row nor the next number of
/// its name: the catalogue may have lost a version then. The caller holds the write lock.
void require_known_records(OpenStore& store);

/// Whether remove_untracked_records has anything to remove. Needs no lock.
bool has_untracked_records(OpenStore& store);

/// Removes, durably, the records that an interrupted commit left, run records without a row, and
/// temporary files beside them. The caller holds the write lock.
void remove_untracked_records(OpenStore& store);

} // namespace vitrine
