// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vitrine {

/// How many of a manifest's segments, the newest first, should become one. `sizes` are their bytes,
/// in the same order, with the segment of a new version in front. 1: nothing merges; all of them:
/// the manifest is written anew. What it comes to stands above the implementation.
std::size_t segments_to_merge(std::span<const std::uint64_t> sizes);

} // namespace vitrine
