// SPDX-License-Identifier: MIT
#include "fuzz/picture.hpp"
#include "image/deflater.hpp"

namespace {

using namespace vitrine;

/// The encoder is the inverse of the decoder. Larger pictures take too long.
constexpr std::size_t kMaxEncodedBytes = 512;

/// Puts the checksums of the chunks right: without that no changed input would get past them.
void seal(std::string& file) {
    constexpr std::size_t kSignature = 8;
    constexpr std::size_t kFrame = 12; // length, name, checksum
    std::size_t offset = kSignature;
    while (file.size() >= offset + kFrame) {
        std::size_t size = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            size = size << 8 | static_cast<std::uint8_t>(file[offset + i]);
        }
        if (size > file.size() - offset - kFrame) {
            return;
        }
        const std::string_view content = std::string_view(file).substr(offset + 4, 4 + size);
        const std::uint32_t checksum = crc32_of(content);
        offset += kFrame + size;
        for (std::size_t i = 0; i < 4; ++i) {
            file[offset - 4 + i] = static_cast<char>(checksum >> (24 - 8 * i));
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string file(fuzz::text_of(data, size));
    seal(file);
    fuzz::test_codec(kPngCodec, std::as_bytes(std::span(file)));
    if (size > 0 && size <= kMaxEncodedBytes) {
        const auto width = static_cast<std::uint32_t>(size);
        const Pixels pixels{width, 1, PixelMode::L, {data, data + size}};
        const std::string png = encode_png(pixels);
        const Pixels decoded = decode_picture(std::as_bytes(std::span(png)));
        fuzz::require(decoded.bytes == pixels.bytes, "pixels come back from a PNG");
    }
    return 0;
}
