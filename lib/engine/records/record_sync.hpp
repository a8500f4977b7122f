// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/open_store.hpp"

namespace vitrine {

/// Writes the records, heads and run records that are missing or differ from the catalogue, which
/// is right. They differ after a crash between writing a file and committing its row. Takes the
/// write lock only if there is something to write. Throws: NotAStore "run 'vitrine repair'" if a
/// file proves itself and no interrupted transaction announced it; Locked, IoError, DatabaseError.
void rewrite_differing_records(OpenStore& store);

} // namespace vitrine
