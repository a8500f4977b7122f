// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vitrine {

/// Width and height of a video's frames, in pixels.
struct FrameSize {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
};

/// Returns the frame size of the first video track from the header of a GIF, MP4 (ISO 14496-12),
/// WebM or Matroska (RFC 9559), or Ogg file with Theora; the format is found by content, not by
/// name. Returns nothing for other files, for files damaged before the size, and for a size of 0.
/// Decodes and allocates nothing.
std::optional<FrameSize> movie_frame_size(std::span<const std::byte> data);

} // namespace vitrine
