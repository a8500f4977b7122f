// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/open_store.hpp"

#include <string>

namespace vitrine {

/// Record files without a row in the catalogue. A commit announces and writes its record before its
/// row, so a crash between the two leaves a record with the next number of its name, and its
/// announcement (announcements.hpp). Run records are written in the same order. A record with
/// neither a row nor an announcement was committed: the catalogue is older than the store, or
/// damaged.

/// Throws NotAStore "run 'vitrine repair'" if a record has no row and was not announced, or if a
/// head is ahead of its row, or proves itself and differs, and was not announced. The caller holds
/// the write lock.
void require_known_records(OpenStore& store);
/// The same for the next record and the head of one name: before they are written.
void require_known_records(OpenStore& store, const std::string& name);
/// The same if the record of a version, or of a run, proves itself and differs from its row.
void require_known_record(OpenStore& store, const VersionRow& row);
void require_known_run(OpenStore& store, const std::string& id);

/// Whether remove_untracked_records has anything to remove. Needs no lock.
bool has_untracked_records(OpenStore& store);

/// Removes, durably, the records that an interrupted commit left, run records without a row, and
/// temporary files beside them. The caller holds the write lock and has called
/// require_known_records since it took the lock. Throws: IoError, DatabaseError.
void remove_untracked_records(OpenStore& store);

} // namespace vitrine
