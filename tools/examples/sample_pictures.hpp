// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace vitrine::examples {

/// The shapes that are drawn; the numbers are the classes in masks and boxes.
enum class Shape : std::uint8_t { background, disc, square, triangle };

inline constexpr Shape kShapes[] = {Shape::disc, Shape::square, Shape::triangle};

const char* to_string(Shape shape);

/// A shape within its square box, whose corners are pixels (the maxima are excluded).
struct DrawnShape {
    Shape shape = Shape::disc;
    std::uint32_t min_x = 0;
    std::uint32_t min_y = 0;
    std::uint32_t max_x = 0;
    std::uint32_t max_y = 0;
};

/// A picture of some shapes on a gradient, with its labels.
struct SamplePicture {
    Pixels pixels;                  ///< RGB
    std::vector<std::uint8_t> mask; ///< a Shape for each pixel, rows from the top
    std::vector<DrawnShape> shapes; ///< in the order in which they were drawn
    std::string caption;            ///< "a disc and a square"
};

/// Draws a picture; the same number gives the same picture on every machine.
SamplePicture draw_sample(std::uint32_t number);

} // namespace vitrine::examples
