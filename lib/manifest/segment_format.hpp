// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace vitrine {

// The frame of a segment file (FORMAT.md, "Segment"), shared by writer and reader. Segments were
// called runs when the format was frozen.

inline constexpr std::string_view kSegmentMagic = "vitrine-run 1\n";
/// The magic without the number of the format.
inline constexpr std::string_view kSegmentMagicStem = "vitrine-run ";
/// Index offset, blocks, items, SHA-256 of the index.
inline constexpr std::size_t kSegmentFooterBytes = 8 + 8 + 8 + 32;
/// A block is closed when it has at least this many bytes. A lookup reads and hashes a whole block;
/// smaller blocks would make the index, which a reader holds in memory, too large.
inline constexpr std::size_t kSegmentBlockBytes = std::size_t{4} * 1024;

} // namespace vitrine
