// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// One artifact of a store; see Store::list.
struct ArtifactInfo {
    std::string name;           ///< without a version: "cells"
    std::string type;           ///< the type of all its versions
    std::uint64_t versions = 0; ///< number of live versions, at least 1
    std::uint64_t latest = 0;   ///< greatest number of a live version
};

/// One live version; see Store::log and Store::info.
struct VersionInfo {
    std::string name;          ///< without the version: "cells"
    std::uint64_t version = 0; ///< 3 for "cells:v3"
    std::string type;          ///< of the artifact
    std::string id;            ///< 1 to 64 raw bytes, not text; render_hex makes them readable
    std::string digest;        ///< W&B's digest of the manifest: an MD5 as 32 lower-case hex digits
    std::string created_at;    ///< RFC 3339, UTC, in seconds: "2024-05-01T12:00:00Z"
    std::string description;   ///< "" if it has none
    std::vector<std::string> aliases; ///< sorted; "latest" in front if it is the latest version
    std::uint64_t entries = 0;        ///< number of entries of its manifest
    std::uint64_t size = 0;           ///< sum of the sizes of its entries, in bytes
    /// The number of the version that it was drafted from; absent for a draft that started empty.
    std::optional<std::uint64_t> base;
    /// The name of that version, if it differs from `name`.
    std::optional<std::string> base_name;
    std::optional<std::string> run; ///< id of the run that made it
};

/// Counts of a store; see Store::stats. All sizes are in bytes.
struct StoreStats {
    std::uint64_t artifacts = 0;      ///< names with a live version
    std::uint64_t versions = 0;       ///< live versions
    std::uint64_t objects = 0;        ///< distinct objects of entries of live versions and of their
                                      ///< dependencies
    std::uint64_t object_bytes = 0;   ///< sum of the sizes of these objects
    std::uint64_t manifest_bytes = 0; ///< manifests of live versions and their segments
    std::uint64_t logical_bytes = 0;  ///< sum of VersionInfo::size over all live versions
    std::uint64_t stored_bytes = 0;   ///< files of objects, including those that gc would delete
};

} // namespace vitrine
