// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The contents of a `.manifest` file: the segments of a manifest, newest first.
struct ManifestFile {
    struct Segment {
        Sha256 object;
        std::uint64_t size = 0;
        std::uint64_t items = 0;
        bool operator==(const Segment&) const = default;
    };
    Sha256 content; ///< the content digest
    std::uint64_t entries = 0;
    std::vector<Segment> segments;

    /// The bytes of the file (FORMAT.md). Inverse: parse.
    std::string render() const;
    /// Throws: InvalidFormat with the JSON pointer; Unsupported for a newer format.
    static ManifestFile parse(std::string_view text);
    bool operator==(const ManifestFile&) const = default;
};

} // namespace vitrine
