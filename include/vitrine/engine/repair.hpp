// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/progress.hpp>
#include <vitrine/engine/verify.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// The options of Store::repair.
struct RepairOptions {
    /// Folders that may contain lost bytes: a checkout, an old copy of the store. Their files are
    /// read, never changed.
    std::vector<std::filesystem::path> from = {};
    ProgressOptions progress = {};
};

/// Something that repair could not restore.
struct Loss {
    std::string what;    ///< "x:v3", "aliases of x", "run r1", "dependency src:v0 of x:v3"
    std::string problem; ///< the reason, and the file to which its remains were moved
};

/// See Store::repair. All sizes are in bytes.
struct RepairReport {
    std::uint64_t versions = 0; ///< live versions of the repaired store
    std::uint64_t objects = 0;  ///< number of objects read and compared
    std::uint64_t bytes = 0;    ///< sum of their sizes
    std::uint64_t restored_objects =
        0; ///< lost or damaged objects and manifests that were restored
    std::uint64_t restored_bytes = 0;
    std::vector<std::string> notes; ///< what was found wrong and corrected, one sentence each
    std::vector<Loss> losses;       ///< what could not be restored
    std::vector<Damage> damages;    ///< lost bytes that live versions need
    /// Whether nothing is lost.
    bool ok() const noexcept { return losses.empty() && damages.empty(); }
};

} // namespace vitrine
