// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/engine/gc.hpp>

#include "engine/store/open_store.hpp"

namespace vitrine {

/// Deletes objects that no version references and no reader has open; repacks packs that are more
/// than half garbage, and small loose objects; removes untracked files. With GcOptions::dry_run it
/// changes nothing. The order of its steps is in gc.cpp.
/// Throws: Locked if another gc works on the store; Corruption if a record has no known version;
/// InvalidArgument if the store was opened read-only; Cancelled, IoError, DatabaseError.
GcReport collect_garbage(OpenStore& store, const GcOptions& options);

} // namespace vitrine
