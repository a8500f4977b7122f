// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::test {

inline std::string little_endian(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> 8 * i & 0xFF);
    }
    return text;
}

/// A WAV file of one channel from its parts. `format`: 1 is PCM, 3 is floats. `claimed`: the size
/// of `data` that the header states.
inline std::string wav(std::string_view data, std::uint32_t claimed, std::uint32_t format,
                       std::uint32_t bits, std::uint32_t channels = 1, std::uint32_t rate = 8000) {
    const std::uint32_t frame = channels * bits / 8;
    return "RIFF" + little_endian(claimed + 36, 4) + "WAVEfmt " + little_endian(16, 4) +
           little_endian(format, 2) + little_endian(channels, 2) + little_endian(rate, 4) +
           little_endian(rate * frame, 4) + little_endian(frame, 2) + little_endian(bits, 2) +
           "data" + little_endian(claimed, 4) + std::string(data);
}

/// A WAV file of 32-bit floats.
inline std::string float_wav(const std::vector<float>& samples) {
    std::string data(samples.size() * sizeof(float), '\0');
    std::memcpy(data.data(), samples.data(), data.size());
    return wav(data, static_cast<std::uint32_t>(data.size()), 3, 32);
}

} // namespace vitrine::test
