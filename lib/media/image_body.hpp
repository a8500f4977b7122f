// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/media/image.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace vitrine {

struct Image::Body {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::string format;
    Json caption = nullptr;
    Json grouping = nullptr;
    std::optional<Classes> classes;
    BoxGroups boxes;
    MaskGroups masks;

    /// Takes everything but the picture from the options. Each group becomes a value whose key is
    /// the group's name. Throws: InvalidArgument if two groups have the same name.
    static Body from_options(const ImageOptions& options);
};

} // namespace vitrine
