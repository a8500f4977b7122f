// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace vitrine {

// The frame of a pack (FORMAT.md, "Pack"). Writer and reader share these.

inline constexpr std::string_view kPackMagic = "vitrine-pack 1\n";
/// The magic without the number of the format.
inline constexpr std::string_view kPackMagicStem = "vitrine-pack ";
/// SHA-256, offset, size.
inline constexpr std::size_t kPackItemBytes = 32 + 8 + 8;
/// Index offset, number of items, SHA-256 of the index.
inline constexpr std::size_t kPackFooterBytes = 8 + 8 + 32;

} // namespace vitrine
