// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace vitrine {

/// Damaged or missing bytes, and what needs them.
struct Damage {
    /// The SHA-256 of the object as 64 lower-case hex digits; for another file of a store its path
    /// there ("catalog.sqlite", "records/artifacts/x/0.json"); for a folder that was opened as an
    /// artifact, its name and the file's path; for a folder that was compared with an artifact,
    /// that path alone.
    std::string object;
    std::string problem; ///< "missing", "expected ..., got ..."
    /// The entries that need it, sorted: paths; in the report of a store "name:v3/path".
    std::vector<std::string> entries;
    std::vector<std::string> versions; ///< the versions that need it, sorted: "name:v3"
};

/// See Store::verify and Artifact::verify.
struct VerifyReport {
    std::uint64_t objects = 0;   ///< number of objects read and compared
    std::uint64_t bytes = 0;     ///< sum of their sizes
    std::vector<Damage> damages; ///< sorted by object
    /// Whether nothing is damaged.
    bool ok() const noexcept { return damages.empty(); }
};

} // namespace vitrine
