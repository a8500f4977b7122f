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

/// What a sound's header says.
struct SoundInfo {
    std::uint64_t frames = 0;
    std::uint32_t sample_rate = 0;
    std::uint32_t channels = 0;
};

/// A WAV file of 16 bits of the samples (frames) or (frames, channels).
/// Throws: as Audio's constructor.
std::string encode_wav(const ArrayView& samples, std::uint32_t sample_rate);

/// Nothing for what is no sound that libsndfile knows, and in a build without it.
std::optional<SoundInfo> probe_sound(std::span<const std::byte> data);

/// Throws: as Audio::samples. `Sample` is float or std::int16_t.
template <class Sample>
AudioSamples<Sample> decode_sound(std::span<const std::byte> data);

} // namespace vitrine
