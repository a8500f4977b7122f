// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <string_view>
#include <vector>

namespace vitrine::test {

/// What a viewer of an animation or video sees.
struct Movie {
    std::vector<Pixels> frames; ///< of a GIF RGBA, on its canvas; of others RGB
    std::vector<int> delays;    ///< of a GIF, in hundredths of a second
    int palettes = 0;           ///< of a GIF, the colour tables in the file
    bool is_endless = false;    ///< of a GIF, whether it has the mark of an endless loop
};

/// Decodes a GIF by giflib. Throws: std::runtime_error for other files.
Movie read_gif(std::string_view bytes);
/// Decodes the video by libavformat and libavcodec. Throws: std::runtime_error if they cannot
/// decode it, and in a build without them.
Movie read_movie(std::string_view bytes);
/// Chooses one of the two by the first bytes.
Movie read_animation(std::string_view bytes);

/// The mean difference of the brightness of two pictures of one size, 0 to 255.
double brightness_difference(const Pixels& a, const Pixels& b);

} // namespace vitrine::test
