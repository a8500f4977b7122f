// SPDX-License-Identifier: MIT
#include "core/byte_reader.hpp"
#include "image/codecs.hpp"

#include <spng.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

namespace {

constexpr std::string_view kPng = "png";
/// The best ratio of deflate: 258 bytes from 2 bits.
constexpr std::uint64_t kMaxPngExpansion = 1032;
/// The most bytes that spng may allocate for texts and profiles, which are not used.
constexpr std::size_t kMaxAncillaryBytes = std::size_t{64} << 20;

/// What the chunks of a file say.
struct PngLayout {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    unsigned depth = 0;
    unsigned color_type = 0;
    bool has_palette = false;
    bool has_transparency = false;
    bool data_crc_is_wrong = false;
    std::uint64_t data_bytes = 0;
    std::vector<std::span<const std::byte>> data;
};

struct Chunk {
    std::string_view type;
    std::span<const std::byte> data;
    bool crc_is_right;
};

Chunk read_chunk(ByteReader& reader) {
    const std::uint32_t length = reader.be32();
    // In one read, so that the error for a false length tells what is missing.
    const auto body = reader.take(std::uint64_t{length} + 4);
    const std::uint32_t expected = reader.be32();
    const auto actual = crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
    return {{reinterpret_cast<const char*>(body.data()), 4}, body.subspan(4), actual == expected};
}

unsigned channels(unsigned color_type) {
    switch (color_type) {
    case SPNG_COLOR_TYPE_TRUECOLOR:
        return 3;
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA:
        return 2;
    case SPNG_COLOR_TYPE_TRUECOLOR_ALPHA:
        return 4;
    default:
        return 1;
    }
}

void read_header(const Chunk& chunk, PngLayout& layout) {
    if (chunk.type != "IHDR" || chunk.data.size() != 13) {
        fail_damaged(kPng, "expected a header of 13 bytes at its start");
    }
    ByteReader reader(kPng, chunk.data);
    layout.width = reader.be32();
    layout.height = reader.be32();
    layout.depth = reader.u8();
    layout.color_type = reader.u8();
}

/// Inflates the picture's data only to check the checksum of its zlib stream.
bool data_is_intact(const PngLayout& layout) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) {
        return false;
    }
    const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
    std::array<Bytef, 16384> scratch{};
    int result = Z_OK;
    for (const auto piece : layout.data) {
        // zlib does not write to its input.
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
        stream.avail_in = static_cast<uInt>(piece.size());
        while (result == Z_OK && stream.avail_in > 0) {
            stream.next_out = scratch.data();
            stream.avail_out = static_cast<uInt>(scratch.size());
            result = inflate(&stream, Z_NO_FLUSH);
        }
    }
    return result == Z_STREAM_END;
}

PngLayout read_png_layout(std::span<const std::byte> file) {
    ByteReader reader(kPng, file);
    reader.skip(kPngSignature.size());
    PngLayout layout;
    Chunk chunk = read_chunk(reader);
    read_header(chunk, layout);
    while (chunk.type != "IEND") {
        const bool is_data = chunk.type == "IDAT";
        const bool is_critical = (static_cast<unsigned char>(chunk.type[0]) & 0x20) == 0;
        if (is_data) {
            layout.data.push_back(chunk.data);
            layout.data_bytes += chunk.data.size();
            layout.data_crc_is_wrong = layout.data_crc_is_wrong || !chunk.crc_is_right;
        } else if (!chunk.crc_is_right && (is_critical || layout.data.empty())) {
            fail_damaged(kPng, std::string("wrong checksum of its chunk ").append(chunk.type));
        }
        layout.has_palette = layout.has_palette || chunk.type == "PLTE";
        layout.has_transparency =
            layout.has_transparency || (chunk.type == "tRNS" && layout.data.empty());
        chunk = read_chunk(reader);
    }
    if (layout.data_bytes == 0) {
        fail_damaged(kPng, "it has no picture data");
    }
    if (layout.color_type == SPNG_COLOR_TYPE_INDEXED && !layout.has_palette) {
        fail_damaged(kPng, "it has no palette");
    }
    return layout;
}

PixelMode mode_of(const PngLayout& layout) {
    switch (layout.color_type) {
    case SPNG_COLOR_TYPE_GRAYSCALE:
        if (layout.depth == 16) {
            return PixelMode::I16;
        }
        return layout.has_transparency ? PixelMode::LA : PixelMode::L;
    case SPNG_COLOR_TYPE_TRUECOLOR:
    case SPNG_COLOR_TYPE_INDEXED:
        return layout.has_transparency ? PixelMode::RGBA : PixelMode::RGB;
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA:
        return PixelMode::LA;
    case SPNG_COLOR_TYPE_TRUECOLOR_ALPHA:
        return PixelMode::RGBA;
    default:
        fail_damaged(kPng, "unknown colour type " + std::to_string(layout.color_type));
    }
}

PictureInfo info_of(const PngLayout& layout) {
    const PictureInfo info = checked_info(kPng, layout.width, layout.height, mode_of(layout));
    const std::uint64_t bits =
        std::uint64_t{layout.width} * channels(layout.color_type) * layout.depth;
    check_expansion(info, (bits + 7) / 8 * layout.height, layout.data_bytes, kMaxPngExpansion);
    if (layout.data_crc_is_wrong && !data_is_intact(layout)) {
        fail_damaged(kPng, "wrong checksum of its picture data");
    }
    return info;
}

bool is_png(std::span<const std::byte> data) {
    return starts_with(data, kPngSignature);
}

PictureInfo probe_png(std::span<const std::byte> data) {
    return info_of(read_png_layout(data));
}

/// The format in which spng decodes. Where no format has the layout of the mode, the pixels are
/// reduced afterwards.
struct Plan {
    int format;
    int flags = 0;
};

Plan plan_of(const PngLayout& layout, PixelMode mode) {
    switch (mode) {
    case PixelMode::L:
        return {SPNG_FMT_G8};
    case PixelMode::LA:
        return {SPNG_FMT_RGBA8, SPNG_DECODE_TRNS};
    case PixelMode::RGB:
        return {SPNG_FMT_RGB8};
    case PixelMode::RGBA:
        return {SPNG_FMT_RGBA8, layout.has_transparency ? SPNG_DECODE_TRNS : 0};
    case PixelMode::I16:
        return {SPNG_FMT_PNG};
    }
    fail_damaged(kPng, "unknown pixel mode");
}

void check_spng(int result, std::string_view what) {
    if (result != 0) {
        fail_damaged(kPng, std::string(what).append(": ").append(spng_strerror(result)));
    }
}

/// Reduces grey with alpha, which spng decodes to four channels, to two channels.
std::vector<std::uint8_t> grey_and_alpha(const std::vector<std::uint8_t>& rgba) {
    std::vector<std::uint8_t> result(rgba.size() / 2);
    for (std::size_t i = 0; i < result.size(); i += 2) {
        result[i] = rgba[2 * i];
        result[i + 1] = rgba[2 * i + 3];
    }
    return result;
}

Pixels decode_png(std::span<const std::byte> data, const PictureInfo& info) {
    const PngLayout layout = read_png_layout(data);
    const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(0), spng_ctx_free);
    if (!context) {
        throw std::bad_alloc();
    }
    check_spng(spng_set_image_limits(context.get(), kMaxPictureDimension, kMaxPictureDimension),
               "cannot decode");
    check_spng(spng_set_chunk_limits(context.get(), kMaxAncillaryBytes, kMaxAncillaryBytes),
               "cannot decode");
    if (layout.data_crc_is_wrong) {
        // probe_png has checked the data by the checksum of its zlib stream.
        check_spng(spng_set_crc_action(context.get(), SPNG_CRC_USE, SPNG_CRC_DISCARD),
                   "cannot decode");
    }
    check_spng(spng_set_png_buffer(context.get(), data.data(), data.size()), "cannot decode");
    const Plan plan = plan_of(layout, info.mode);
    std::size_t size = 0;
    check_spng(spng_decoded_image_size(context.get(), plan.format, &size), "bad header");
    Pixels pixels{info.width, info.height, info.mode, std::vector<std::uint8_t>(size)};
    check_spng(spng_decode_image(context.get(), pixels.bytes.data(), size, plan.format, plan.flags),
               "bad picture data");
    if (info.mode == PixelMode::LA) {
        pixels.bytes = grey_and_alpha(pixels.bytes);
    }
    return pixels;
}

} // namespace

const Codec kPngCodec{kPng, true, is_png, probe_png, decode_png};

} // namespace vitrine
