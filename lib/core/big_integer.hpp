// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace vitrine {

/// The subtype of a binary Json that holds the decimal text of an integer beyond 64 bits.
inline constexpr std::uint8_t kBigIntegerSubtype = 0x69;

} // namespace vitrine
