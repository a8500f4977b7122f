// SPDX-License-Identifier: MIT
#include "core/byte_reader.hpp"
#include "image/codecs.hpp"

#include <turbojpeg.h>

#include <cstring>
#include <memory>
#include <string>
#include <type_traits>

namespace vitrine {

namespace {

constexpr std::string_view kJpeg = "jpeg";
/// The most pixels per byte of Huffman codes: a block of 8 x 8 samples takes at least one bit, and
/// at most four pixels share a sample of every channel.
constexpr std::uint64_t kMaxJpegExpansion = 8 * 64 * 4;

enum Marker : std::uint8_t {
    kTem = 0x01,
    kSof0 = 0xC0,
    kDht = 0xC4,
    kSof9 = 0xC9,
    kJpg = 0xC8,
    kDac = 0xCC,
    kSof15 = 0xCF,
    kRst0 = 0xD0,
    kRst7 = 0xD7,
    kSoi = 0xD8,
    kEoi = 0xD9,
    kSos = 0xDA,
};

struct Frame {
    std::uint8_t marker = 0;
    unsigned precision = 0;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    unsigned components = 0;
};

bool is_frame(std::uint8_t marker) {
    return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg &&
           marker != kDac;
}

bool stands_alone(std::uint8_t marker) {
    return marker == kTem || marker == kSoi || (marker >= kRst0 && marker <= kRst7);
}

/// Returns the next marker; bytes before it are skipped, as every decoder does.
std::uint8_t next_marker(ByteReader& reader, std::span<const std::byte> data) {
    while (true) {
        const auto rest = data.subspan(reader.position());
        const void* found = rest.empty() ? nullptr : std::memchr(rest.data(), 0xFF, rest.size());
        if (found == nullptr) {
            fail_damaged(kJpeg, "truncated: no end-of-image marker in " +
                                    std::to_string(data.size()) + " bytes");
        }
        reader.seek(static_cast<std::size_t>(static_cast<const std::byte*>(found) - data.data()));
        std::uint8_t marker = 0xFF;
        while (marker == 0xFF) { // any number of fill bytes
            marker = reader.u8();
        }
        if (marker != 0) { // FF 00 is a byte of coded data
            return marker;
        }
    }
}

Frame read_frame(std::uint8_t marker, std::span<const std::byte> segment) {
    ByteReader reader(kJpeg, segment);
    Frame frame;
    frame.marker = marker;
    frame.precision = reader.u8();
    frame.height = reader.be16();
    frame.width = reader.be16();
    frame.components = reader.u8();
    return frame;
}

Frame walk(std::span<const std::byte> data) {
    ByteReader reader(kJpeg, data);
    reader.skip(2);
    Frame frame;
    bool has_scan = false;
    for (std::uint8_t marker = next_marker(reader, data); marker != kEoi;
         marker = next_marker(reader, data)) {
        if (stands_alone(marker)) {
            continue;
        }
        const std::uint16_t length = reader.be16();
        if (length < 2) {
            fail_damaged(kJpeg,
                         "expected a segment of at least 2 bytes, got " + std::to_string(length));
        }
        const auto segment = reader.take(length - 2U);
        if (is_frame(marker) && frame.marker == 0) {
            frame = read_frame(marker, segment);
        }
        has_scan = has_scan || marker == kSos;
    }
    if (frame.marker == 0 || !has_scan) {
        fail_damaged(kJpeg, "it has no picture data");
    }
    return frame;
}

bool is_jpeg(std::span<const std::byte> data) {
    return starts_with(data, "\xFF\xD8\xFF");
}

PictureInfo probe_jpeg(std::span<const std::byte> data) {
    const Frame frame = walk(data);
    if (frame.precision != 8) {
        fail_unsupported(kJpeg, std::to_string(frame.precision) + " bits a channel");
    }
    if (frame.components != 1 && frame.components != 3 && frame.components != 4) {
        fail_unsupported(kJpeg, std::to_string(frame.components) + " channels");
    }
    const PictureInfo info = checked_info(kJpeg, frame.width, frame.height,
                                          frame.components == 1 ? PixelMode::L : PixelMode::RGB);
    if (frame.marker < kSof9) { // arithmetic coding has no such limit
        check_expansion(info, std::uint64_t{info.width} * info.height, data.size(),
                        kMaxJpegExpansion);
    }
    return info;
}

/// Converts CMYK as Adobe's programs write it (255 is no ink) to RGB, rounded as Pillow does.
std::vector<std::uint8_t> rgb_of_cmyk(const std::vector<std::uint8_t>& cmyk) {
    std::vector<std::uint8_t> rgb(cmyk.size() / 4 * 3);
    for (std::size_t pixel = 0; pixel < cmyk.size() / 4; ++pixel) {
        const unsigned white = cmyk[pixel * 4 + 3];
        for (std::size_t c = 0; c < 3; ++c) {
            const unsigned product = (255U - cmyk[pixel * 4 + c]) * white + 128;
            rgb[pixel * 3 + c] =
                static_cast<std::uint8_t>(white - ((product + (product >> 8)) >> 8));
        }
    }
    return rgb;
}

Pixels decode_jpeg(std::span<const std::byte> data, const PictureInfo& info) {
    const std::unique_ptr<std::remove_pointer_t<tjhandle>, int (*)(tjhandle)> decoder(
        tjInitDecompress(), tjDestroy);
    if (!decoder) {
        throw std::bad_alloc();
    }
    const auto* source = reinterpret_cast<const unsigned char*>(data.data());
    const bool is_cmyk = walk(data).components == 4;
    const int format = is_cmyk ? TJPF_CMYK : info.mode == PixelMode::L ? TJPF_GRAY : TJPF_RGB;
    const auto size =
        std::size_t{info.width} * info.height * static_cast<std::size_t>(tjPixelSize[format]);
    Pixels pixels{info.width, info.height, info.mode, std::vector<std::uint8_t>(size)};
    // A warning (junk bytes, an odd Adobe segment) still yields a picture, as in every viewer.
    if (tjDecompress2(decoder.get(), source, data.size(), pixels.bytes.data(),
                      static_cast<int>(info.width), 0, static_cast<int>(info.height), format,
                      TJFLAG_LIMITSCANS) != 0 &&
        tjGetErrorCode(decoder.get()) == TJERR_FATAL) {
        fail_damaged(kJpeg, tjGetErrorStr2(decoder.get()));
    }
    if (is_cmyk) {
        pixels.bytes = rgb_of_cmyk(pixels.bytes);
    }
    return pixels;
}

} // namespace

const Codec kJpegCodec{kJpeg, true, is_jpeg, probe_jpeg, decode_jpeg};

} // namespace vitrine
