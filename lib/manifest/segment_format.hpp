// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace vitrine {

// The frame of a segment file (FORMAT.md, "Segment"). Writer and reader share these.

inline constexpr std::string_view kSegmentMagic = "vitrine-segment 1\n";
/// The magic without the number of the format.
inline constexpr std::string_view kSegmentMagicStem = "vitrine-segment ";
/// Index offset, blocks, items, SHA-256 of the index.
inline constexpr std::size_t kSegmentFooterBytes = 8 + 8 + 8 + 32;
/// A block is closed when it has so many bytes. One that a look-up or a difference needs is read
/// and hashed whole; smaller ones would make the index, which a reader holds, too large.
inline constexpr std::size_t kSegmentBlockBytes = std::size_t{4} * 1024;

} // namespace vitrine
