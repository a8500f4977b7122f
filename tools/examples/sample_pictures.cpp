// SPDX-License-Identifier: MIT
#include "sample_pictures.hpp"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <random>

namespace vitrine::examples {

namespace {

constexpr std::uint32_t kWidth = 160;
constexpr std::uint32_t kHeight = 120;

using Color = std::array<std::uint8_t, 3>;

/// Whether the pixel (x, y) of a box of `size` pixels belongs to the shape that fills it.
bool covers(Shape shape, int x, int y, int size) {
    switch (shape) {
    case Shape::disc: {
        const int dx = 2 * x - size + 1;
        const int dy = 2 * y - size + 1;
        return dx * dx + dy * dy <= size * size;
    }
    case Shape::triangle:
        return std::abs(2 * x - size + 1) <= y + 1;
    case Shape::square:
        return true;
    case Shape::background:
        break;
    }
    return false;
}

void paint(SamplePicture& sample, const DrawnShape& drawn, const Color& color) {
    const int size = static_cast<int>(drawn.max_x - drawn.min_x);
    for (std::uint32_t y = drawn.min_y; y < drawn.max_y; ++y) {
        for (std::uint32_t x = drawn.min_x; x < drawn.max_x; ++x) {
            if (!covers(drawn.shape, static_cast<int>(x - drawn.min_x),
                        static_cast<int>(y - drawn.min_y), size)) {
                continue;
            }
            const std::size_t at = std::size_t{y} * kWidth + x;
            for (std::size_t channel = 0; channel < color.size(); ++channel) {
                sample.pixels.bytes[at * 3 + channel] = color[channel];
            }
            sample.mask[at] = static_cast<std::uint8_t>(drawn.shape);
        }
    }
}

void paint_gradient(Pixels& pixels, const Color& color) {
    for (std::uint32_t y = 0; y < kHeight; ++y) {
        for (std::uint32_t x = 0; x < kWidth; ++x) {
            const std::uint32_t light = 128 + (x + y) * 127 / (kWidth + kHeight);
            for (std::size_t channel = 0; channel < color.size(); ++channel) {
                pixels.bytes[(std::size_t{y} * kWidth + x) * 3 + channel] =
                    static_cast<std::uint8_t>(color[channel] * light / 255);
            }
        }
    }
}

} // namespace

const char* to_string(Shape shape) {
    switch (shape) {
    case Shape::background:
        return "background";
    case Shape::disc:
        return "disc";
    case Shape::square:
        return "square";
    case Shape::triangle:
        return "triangle";
    }
    return "";
}

SamplePicture draw_sample(std::uint32_t number) {
    // The numbers of the engine are the same on all platforms; those of std's distributions are
    // not.
    std::mt19937 engine(number);
    const auto below = [&](std::uint32_t limit) {
        return static_cast<std::uint32_t>(engine() % limit);
    };
    const auto color = [&] {
        const auto channel = [&] { return static_cast<std::uint8_t>(64 + below(192)); };
        return Color{channel(), channel(), channel()};
    };

    SamplePicture sample;
    sample.pixels = {kWidth, kHeight, PixelMode::RGB,
                     std::vector<std::uint8_t>(std::size_t{kWidth} * kHeight * 3)};
    sample.mask.resize(std::size_t{kWidth} * kHeight);
    paint_gradient(sample.pixels, color());
    const std::uint32_t count = 1 + below(3);
    for (std::uint32_t index = 0; index < count; ++index) {
        const std::uint32_t size = 20 + below(50);
        const std::uint32_t x = below(kWidth - size);
        const std::uint32_t y = below(kHeight - size);
        const DrawnShape drawn{kShapes[below(3)], x, y, x + size, y + size};
        paint(sample, drawn, color());
        sample.caption += std::string(index == 0 ? "a " : " and a ") + to_string(drawn.shape);
        sample.shapes.push_back(drawn);
    }
    return sample;
}

} // namespace vitrine::examples
