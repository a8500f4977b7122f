// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/why.hpp>

#include "engine/store/open_store.hpp"

#include <string_view>

namespace vitrine {

/// Finds what a digest, or the beginning of one, names, and the live versions that reference it.
/// Each segment is read at most once, however many versions share it. Throws: as Store::explain.
Explanation explain_digest(OpenStore& store, std::string_view digest,
                           const ProgressOptions& progress);

} // namespace vitrine
