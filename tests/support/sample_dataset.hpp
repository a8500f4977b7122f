// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include "support/working_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace vitrine::test {

/// A small RGB picture with gradients; another `seed` gives another picture.
Pixels make_picture(std::uint32_t seed, std::uint32_t width = 48, std::uint32_t height = 32);
/// A grey picture of classes 0 to `classes` - 1 in blocks.
Pixels make_mask(std::uint32_t seed, std::uint32_t classes, std::uint32_t width = 48,
                 std::uint32_t height = 32);

/// Writes the picture as PNG.
void write_picture(const std::filesystem::path& path, const Pixels& pixels);
/// Makes a Pascal VOC folder of `count` PNG pictures cell_000, cell_001, ... with one to three
/// boxes of classes RBC, WBC and Platelets.
void write_voc_folder(const std::filesystem::path& folder, std::uint32_t count);

} // namespace vitrine::test
