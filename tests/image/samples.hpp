// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <string>
#include <vector>

namespace vitrine::test {

/// A small picture in tests/data/pictures and its content.
struct Sample {
    std::string name;
    std::string file;
    Pixels pixels;
    int tolerance = 0; ///< the greatest difference of a byte, for lossy formats

    std::string extension() const { return name.substr(name.rfind('.') + 1); }
    /// The format's name in PictureInfo.
    std::string format() const;
    /// Whether this build reads the format.
    bool is_readable() const;
};

std::vector<Sample> all_samples();

} // namespace vitrine::test
