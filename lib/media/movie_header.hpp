// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vitrine {

/// Pixels of a video's frames.
struct FrameSize {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
};

/// The size that the header of a GIF, MP4 (ISO 14496-12), WebM or Matroska (RFC 9559), or Ogg
/// file with Theora says, whatever the file is called; of the first video track. Nothing for
/// another file, for one that is damaged before that place, and for a size of 0. It decodes
/// nothing and allocates nothing.
std::optional<FrameSize> movie_frame_size(std::span<const std::byte> data);

} // namespace vitrine
