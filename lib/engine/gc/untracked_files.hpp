// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/gc.hpp>

#include "engine/gc/garbage_proof.hpp"
#include "engine/store/open_store.hpp"

#include <cstdint>
#include <functional>

namespace vitrine {

/// Files of a store that have no row in the catalogue: an interrupted operation left them.

/// How many of them are below objects/ and artifacts/.
struct UntrackedReport {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

using VisitGarbage = std::function<void(const GcFile&)>;

/// Counts untracked files below objects/ and artifacts/. Calls `visit`, if there is one, with each.
UntrackedReport count_untracked(OpenStore& store, const VisitGarbage& visit);

/// Removes untracked files below objects/ and artifacts/, untracked records, empty folders of
/// contents, and temporary files, once the proof has seen them. Calls `visit`, if there is one,
/// with each file that it counts. Throws: NotAStore "run 'vitrine repair'"; Cancelled, Locked,
/// IoError, DatabaseError.
UntrackedReport remove_untracked(OpenStore& store, GarbageProof& proof,
                                 const ProgressOptions& progress, const VisitGarbage& visit);

} // namespace vitrine
