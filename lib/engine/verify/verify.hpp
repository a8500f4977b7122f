// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/verify.hpp>

#include "engine/store/open_store.hpp"

namespace vitrine {

/// Reads every object of the catalogue and every manifest that a version needs, and compares their
/// bytes; checks the catalogue, and compares it with records, heads and vitrine.json. Unless the
/// store is open read-only, also updates the catalogue: marks objects and manifests that are
/// damaged, and unmarks objects that are whole again. Throws: Cancelled, Locked, DatabaseError.
VerifyReport verify_store(OpenStore& store, const ProgressOptions& progress);

} // namespace vitrine
