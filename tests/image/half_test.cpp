// SPDX-License-Identifier: MIT
#include "image/half.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace vitrine;

TEST_CASE("every half is exact as a float and rounds to itself") {
    int wrong = 0;
    for (std::uint32_t bits = 0; bits < 65536; ++bits) {
        const float value = to_float(Half{static_cast<std::uint16_t>(bits)});
        const float rounded = round_to_half(value);
        const bool is_same = std::isnan(value)
                                 ? std::isnan(rounded)
                                 : rounded == value && std::signbit(rounded) == std::signbit(value);
        wrong += is_same ? 0 : 1;
    }
    CHECK(wrong == 0);
    CHECK(to_float(Half{0x3C00}) == 1.0F);
    CHECK(to_float(Half{0xC000}) == -2.0F);
    CHECK(to_float(Half{0x7BFF}) == 65504.0F);
    CHECK(to_float(Half{0x0001}) == 0x1p-24F);
    CHECK(to_float(Half{0x7C00}) == std::numeric_limits<float>::infinity());
    CHECK(std::isnan(to_float(Half{0x7E00})));
}

TEST_CASE("a float rounds to the nearest half, ties to even") {
    int wrong = 0;
    for (std::uint32_t bits = 0; bits < 0x7BFF; ++bits) {
        const float low = to_float(Half{static_cast<std::uint16_t>(bits)});
        const float high = to_float(Half{static_cast<std::uint16_t>(bits + 1)});
        const float middle = low + (high - low) / 2;
        wrong += round_to_half(middle) == (bits % 2 == 0 ? low : high) ? 0 : 1;
        wrong += round_to_half(std::nextafter(middle, 0.0F)) == low ? 0 : 1;
        wrong += round_to_half(std::nextafter(middle, 1e6F)) == high ? 0 : 1;
        wrong += round_to_half(-std::nextafter(middle, 1e6F)) == -high ? 0 : 1;
    }
    CHECK(wrong == 0);
    CHECK(round_to_half(65519.9F) == 65504.0F);
    CHECK(round_to_half(65520.0F) == std::numeric_limits<float>::infinity());
    CHECK(round_to_half(-1e30F) == -std::numeric_limits<float>::infinity());
}
