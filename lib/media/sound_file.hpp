// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>
#include <vitrine/media/audio.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vitrine {

/// Whether this build has libsndfile.
bool has_sound_library() noexcept;

/// The header of a sound.
struct SoundInfo {
    std::uint64_t frames = 0;
    std::uint32_t sample_rate = 0;
    std::uint32_t channels = 0;
};

/// Encodes samples of the shape (frames) or (frames, channels) as a 16-bit WAV file.
/// Throws: as Audio's constructor.
std::string encode_wav(const ArrayView& samples, std::uint32_t sample_rate);

/// Reads the header. Returns nothing if libsndfile does not read the format or the build lacks it.
std::optional<SoundInfo> probe_sound(std::span<const std::byte> data);

/// Decodes a sound. `Sample` is float or std::int16_t. Throws: as Audio::samples.
template <class Sample>
AudioSamples<Sample> decode_sound(std::span<const std::byte> data);

} // namespace vitrine
