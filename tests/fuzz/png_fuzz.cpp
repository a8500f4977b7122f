// SPDX-License-Identifier: MIT
#include "fuzz/picture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    const auto bytes = fuzz::bytes_of(data, size);
    fuzz::test_codec(kPngCodec, bytes);
    // The encoder is the inverse: first whatever the bytes are as pixels, grey and 8 wide.
    if (const auto height = static_cast<std::uint32_t>(size / 8); height > 0 && height < 4096) {
        const Pixels pixels{8, height, PixelMode::L, {data, data + std::size_t{height} * 8}};
        const std::string png = encode_png(pixels);
        const Pixels decoded = decode_picture(std::as_bytes(std::span(png)));
        fuzz::require(decoded.bytes == pixels.bytes, "pixels come back from a PNG");
    }
    return 0;
}
