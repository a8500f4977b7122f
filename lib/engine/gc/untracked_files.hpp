// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/reports.hpp>

#include "engine/store/open_store.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace vitrine {

/// What crashes leave, and how gc takes it away: files without rows, and records and heads that
/// say something else than the catalogue, which is right.

struct UntrackedReport {
    std::uint64_t files = 0; ///< below objects/ and artifacts/
    std::uint64_t bytes = 0;
};

/// The caller holds the write lock. A record without a row is a leftover only if it has the next
/// number of its name. Throws: Corruption "run 'vitrine repair'" for any other.
void require_explained_records(OpenStore& store);

using VisitGarbage = std::function<void(const GcFile&)>;

/// Both tell `visit`, if there is one, of each file.
UntrackedReport count_untracked(OpenStore& store, const VisitGarbage& visit);
UntrackedReport sweep_untracked(OpenStore& store, const ProgressOptions& progress,
                                const VisitGarbage& visit);

/// Writes records and heads that are missing or differ from the catalogue.
void rewrite_records(OpenStore& store);

/// Removes a folder in which nothing is left; fine if there is something.
void remove_if_empty(OpenStore& store, const std::filesystem::path& folder);

} // namespace vitrine
