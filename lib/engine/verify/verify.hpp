// SPDX-License-Identifier: MIT
#pragma once

#include "engine/store/open_store.hpp"

namespace vitrine {

/// Reads and compares every object that live versions need: of entries (own and kept), manifests
/// and their segments. Marks what is damaged in the catalogue, and what was damaged and is whole
/// again as whole, unless the store was opened read-only.
VerifyReport verify_store(OpenStore& store, const ProgressOptions& progress);

} // namespace vitrine
