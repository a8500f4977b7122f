// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// A live version that references what a digest names.
struct Referrer {
    std::string version; ///< "name:v3"
    /// The dependency through which it does ("cells:v0"); absent if its own manifest does.
    std::optional<std::string> source;
    std::vector<std::string> paths; ///< of entries, in path order; none for segments and manifests
    bool more = false;              ///< true if further paths were left out
};

/// What a store knows of one digest, and the versions that reference it; see Store::explain.
struct Explanation {
    /// What the digest names.
    enum class Kind {
        Object,   ///< the bytes of entries
        Segment,  ///< a sorted part of manifests
        Manifest, ///< the list of the segments of one manifest
        Pack,     ///< many small objects
    };
    Kind kind = Kind::Object;  ///< what it is
    std::string digest;        ///< in full: a SHA-256 as 64 lower-case hex digits
    std::uint64_t bytes = 0;   ///< its size
    std::string file;          ///< the file that contains it: a path relative to the store's folder
    bool damaged = false;      ///< as the last verify found
    std::uint64_t objects = 0; ///< of a pack: the number of objects that are read from it
    /// Live versions that reference it, by name and number; a version's own manifest comes before
    /// its dependencies. For a pack, each has the path of one object in it.
    std::vector<Referrer> referrers;
    /// The epoch in which gc found the file unreferenced; absent if gc has not, or if the file is
    /// referenced.
    std::optional<std::uint64_t> mark;
    std::uint64_t readers = 0; ///< with a mark: the number of leases that delay its deletion
};

} // namespace vitrine
