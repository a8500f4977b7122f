// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vitrine {

/// Returns how many of a manifest's newest segments to merge into one: 1 for none, all of them to
/// rewrite the manifest. `sizes` are in bytes, the newest first, with the segment of the new
/// version in front. The rule and its costs are written above the implementation.
std::size_t segments_to_merge(std::span<const std::uint64_t> sizes);

} // namespace vitrine
