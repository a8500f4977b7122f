// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

namespace vitrine {

/// An IEEE 754 binary16 number as stored in memory.
struct Half {
    std::uint16_t bits;
};

/// Converts exactly.
inline float to_float(Half half) {
    const std::uint32_t sign = (half.bits & 0x8000U) << 16;
    const std::uint32_t magnitude = half.bits & 0x7FFFU;
    if (magnitude >= 0x7C00U) { // infinity, NaN
        return std::bit_cast<float>(sign | 0x7F800000U | (magnitude & 0x03FFU) << 13);
    }
    if (magnitude >= 0x0400U) { // normal: exponent bias 15 becomes 127
        return std::bit_cast<float>(sign | ((magnitude << 13) + (112U << 23)));
    }
    const float value = static_cast<float>(magnitude) * 0x1p-24F;
    return sign != 0 ? -value : value;
}

/// Returns the half nearest to `value`, ties to even, as a float: the result in half precision of
/// an operation whose exact result is `value`.
inline float round_to_half(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    if (magnitude >= 0x7F800000U) { // infinity, NaN
        return value;
    }
    if (magnitude >= 0x477FF000U) { // 65520 and above round to infinity
        return std::bit_cast<float>((bits & 0x80000000U) | 0x7F800000U);
    }
    if (magnitude < 0x38800000U) { // subnormal: adding 0.5 leaves 24 bits after the point
        const float rounded = (std::bit_cast<float>(magnitude) + 0.5F) - 0.5F;
        return bits >> 31 != 0 ? -rounded : rounded;
    }
    const std::uint32_t odd = bits >> 13 & 1U;
    return std::bit_cast<float>((bits + 0x0FFFU + odd) & 0xFFFFE000U);
}

} // namespace vitrine
