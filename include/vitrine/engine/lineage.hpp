// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace vitrine {

/// A run that uses or makes versions.
struct RunIdentity {
    /// 1 to 128 letters, digits, '_', '-' and '.'; the first is not '.'.
    std::string id;
    std::string directory; ///< the folder of the run, absolute; "" if it is unknown
};

/// A version that a run used or made.
struct RunVersion {
    std::string name;          ///< without the version: "cells"
    std::uint64_t version = 0; ///< 3 for "cells:v3"
    std::string id;            ///< raw bytes, as VersionInfo::id
    bool removed = false;      ///< true if the version was removed from the store
};

/// What a store knows of a run.
struct RunInfo {
    std::string id;               ///< as RunIdentity::id
    std::string directory;        ///< as RunIdentity::directory
    std::string created_at;       ///< when the store first recorded the run; RFC 3339, UTC
    std::vector<RunVersion> used; ///< in the order of their first use
    std::vector<RunVersion> made; ///< in the order of their first commit
};

/// The runs that made and used a version; see Store::lineage.
struct Lineage {
    /// The run that made the version, then the runs whose commit equalled it.
    std::vector<RunInfo> made_by;
    std::vector<RunInfo> used_by; ///< the runs that used it
};

} // namespace vitrine
