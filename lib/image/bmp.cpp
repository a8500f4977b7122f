// SPDX-License-Identifier: MIT
#include "core/byte_reader.hpp"
#include "image/codecs.hpp"

#include <array>
#include <bit>
#include <string>

namespace vitrine {

namespace {

constexpr std::string_view kBmp = "bmp";
constexpr std::uint32_t kFileHeaderBytes = 14;
constexpr std::uint32_t kCoreHeaderBytes = 12;
constexpr std::uint32_t kInfoHeaderBytes = 40;

enum Compression : std::uint32_t {
    kRgb = 0,
    kRle8 = 1,
    kRle4 = 2,
    kBitfields = 3,
    kAlphaBitfields = 6
};

struct PaletteColour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
};

/// The bits of one channel in a pixel of 16 or 32 bits.
struct Mask {
    std::uint32_t bits = 0;

    /// The channel's value, scaled to 0..255 and truncated.
    std::uint8_t of(std::uint32_t pixel) const {
        if (bits == 0) {
            return 0;
        }
        const int shift = std::countr_zero(bits);
        const std::uint64_t value = (pixel & bits) >> shift;
        return static_cast<std::uint8_t>(value * 255 / (bits >> shift));
    }
};

struct BmpHeader {
    std::uint32_t header_bytes = 0;
    std::uint32_t data_start = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
    bool is_top_down = false;
    unsigned depth = 0;
    std::uint32_t compression = kRgb;
    std::array<Mask, 4> masks{}; ///< red, green, blue, alpha
    std::array<PaletteColour, 256> palette{};
    bool is_grey = false;

    bool is_run_length() const { return compression == kRle8 || compression == kRle4; }
    /// Bytes of a row without the padding to a multiple of four.
    std::uint64_t row_bytes() const { return (static_cast<std::uint64_t>(width) * depth + 7) / 8; }
    std::uint64_t stride() const { return (row_bytes() + 3) / 4 * 4; }
};

void read_core(ByteReader& reader, BmpHeader& header) {
    header.width = reader.le16();
    header.height = reader.le16();
    reader.skip(2); // planes
    header.depth = reader.le16();
}

/// Returns the number of palette colours in the header; 0 means all.
std::uint32_t read_info(ByteReader& reader, BmpHeader& header) {
    header.width = static_cast<std::int32_t>(reader.le32());
    header.height = static_cast<std::int32_t>(reader.le32());
    if (header.height < 0) {
        header.is_top_down = true;
        header.height = -header.height;
    }
    reader.skip(2); // planes
    header.depth = reader.le16();
    header.compression = reader.le32();
    reader.skip(12); // size of the data, resolution
    const std::uint32_t colours = reader.le32();
    reader.skip(4); // important colours
    return colours;
}

/// The masks follow the first 40 bytes: inside a longer header, or after a header of 40 bytes.
void read_masks(ByteReader& reader, BmpHeader& header) {
    if (header.depth == 16) {
        header.masks = {{{0x7C00}, {0x03E0}, {0x001F}, {0}}};
    } else {
        header.masks = {{{0xFF0000}, {0x00FF00}, {0x0000FF}, {0}}};
    }
    if (header.compression != kBitfields && header.compression != kAlphaBitfields) {
        return;
    }
    reader.seek(kFileHeaderBytes + kInfoHeaderBytes);
    const bool has_alpha = header.header_bytes >= 56 || header.compression == kAlphaBitfields;
    for (std::size_t i = 0; i < (has_alpha ? 4U : 3U); ++i) {
        header.masks[i].bits = reader.le32();
        const std::uint32_t bits = header.masks[i].bits;
        if (bits != 0 &&
            !std::has_single_bit((bits >> std::countr_zero(bits)) + std::uint64_t{1})) {
            fail_damaged(kBmp, "a channel's bits are not next to each other");
        }
    }
    header.header_bytes = std::max<std::uint32_t>(header.header_bytes, has_alpha ? 56 : 52);
}

void read_palette(ByteReader& reader, BmpHeader& header, std::uint32_t claimed, bool is_core) {
    const std::uint32_t most = 1U << header.depth;
    const std::uint32_t entry_bytes = is_core ? 3 : 4;
    reader.seek(std::uint64_t{kFileHeaderBytes} + header.header_bytes);
    std::uint32_t count = claimed == 0 ? most : std::min(claimed, most);
    if (header.data_start > reader.position()) { // some files with a core header hold fewer colours
        const auto room =
            static_cast<std::uint32_t>((header.data_start - reader.position()) / entry_bytes);
        count = std::min(count, room);
    }
    header.is_grey = count == 256;
    for (std::uint32_t i = 0; i < count; ++i) {
        PaletteColour& colour = header.palette[i];
        colour.blue = reader.u8();
        colour.green = reader.u8();
        colour.red = reader.u8();
        reader.skip(entry_bytes - 3);
        header.is_grey = header.is_grey && colour.red == i && colour.green == i && colour.blue == i;
    }
}

void check_kind(const BmpHeader& header) {
    const unsigned depth = header.depth;
    bool is_known = false;
    switch (header.compression) {
    case kRgb:
        is_known =
            depth == 1 || depth == 4 || depth == 8 || depth == 16 || depth == 24 || depth == 32;
        break;
    case kRle8:
        is_known = depth == 8;
        break;
    case kRle4:
        is_known = depth == 4;
        break;
    case kBitfields:
    case kAlphaBitfields:
        is_known = depth == 16 || depth == 32;
        break;
    default:
        break;
    }
    if (!is_known) {
        fail_unsupported(kBmp, std::to_string(depth) + " bits and compression " +
                                   std::to_string(header.compression));
    }
}

BmpHeader read_bmp_header(std::span<const std::byte> data) {
    ByteReader reader(kBmp, data);
    reader.skip(10);
    BmpHeader header;
    header.data_start = reader.le32();
    header.header_bytes = reader.le32();
    const bool is_core = header.header_bytes == kCoreHeaderBytes;
    if (!is_core && header.header_bytes < kInfoHeaderBytes) {
        fail_unsupported(kBmp, "a header of " + std::to_string(header.header_bytes) + " bytes");
    }
    std::uint32_t colours = 0;
    if (is_core) {
        read_core(reader, header);
    } else {
        colours = read_info(reader, header);
    }
    check_kind(header);
    if (header.width <= 0) {
        fail_damaged(kBmp, "its width is " + std::to_string(header.width));
    }
    if (header.depth <= 8) {
        read_palette(reader, header, colours, is_core);
    } else {
        read_masks(reader, header);
    }
    return header;
}

PixelMode mode_of(const BmpHeader& header) {
    if (header.is_grey) {
        return PixelMode::L;
    }
    return header.depth == 32 && header.masks[3].bits != 0 ? PixelMode::RGBA : PixelMode::RGB;
}

bool is_bmp(std::span<const std::byte> data) {
    return starts_with(data, "BM");
}

/// Calls `put(x, y, index)` for each pixel of a run-length coded picture; y counts from the bottom.
template <class Put>
void read_runs(ByteReader& reader, const BmpHeader& header, const Put& put) {
    const auto width = static_cast<std::uint64_t>(header.width);
    const auto height = static_cast<std::uint64_t>(header.height);
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    const auto put_pixel = [&](std::uint8_t index) {
        if (x < width && y < height) {
            put(x, y, index);
        }
        ++x;
    };
    const auto half = [&](std::uint8_t byte, unsigned i) {
        return static_cast<std::uint8_t>(i % 2 == 0 ? byte >> 4 : byte & 15);
    };
    const bool is_4_bit = header.compression == kRle4;
    while (true) {
        const std::uint8_t count = reader.u8();
        const std::uint8_t value = reader.u8();
        if (count != 0) {
            for (unsigned i = 0; i < count; ++i) {
                put_pixel(is_4_bit ? half(value, i) : value);
            }
        } else if (value == 0) { // end of the row
            x = 0;
            ++y;
        } else if (value == 1) { // end of the picture
            return;
        } else if (value == 2) { // move right and up
            x += reader.u8();
            y += reader.u8();
        } else { // uncoded pixels, padded to 16 bits
            const unsigned bytes = is_4_bit ? (value + 1U) / 2 : value;
            const auto run = reader.take(bytes);
            for (unsigned i = 0; i < value; ++i) {
                put_pixel(is_4_bit ? half(std::to_integer<std::uint8_t>(run[i / 2]), i)
                                   : std::to_integer<std::uint8_t>(run[i]));
            }
            reader.skip(bytes % 2);
        }
    }
}

PictureInfo probe_bmp(std::span<const std::byte> data) {
    const BmpHeader header = read_bmp_header(data);
    const PictureInfo info =
        checked_info(kBmp, static_cast<std::uint64_t>(header.width),
                     static_cast<std::uint64_t>(header.height), mode_of(header));
    ByteReader reader(kBmp, data);
    reader.seek(header.data_start);
    if (header.is_run_length()) {
        read_runs(reader, header, [](std::uint64_t, std::uint64_t, std::uint8_t) {});
    } else { // the last row need not be padded
        reader.skip(header.stride() * (info.height - 1) + header.row_bytes());
    }
    return info;
}

/// Writes pixel `x` of a row to `out`.
void put_colour(const BmpHeader& header, std::span<const std::byte> row, std::size_t x,
                std::uint8_t* out) {
    const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(row[i]); };
    if (header.depth == 24) {
        out[0] = static_cast<std::uint8_t>(byte(x * 3 + 2));
        out[1] = static_cast<std::uint8_t>(byte(x * 3 + 1));
        out[2] = static_cast<std::uint8_t>(byte(x * 3));
        return;
    }
    std::uint32_t pixel = byte(x * header.depth / 8) | byte(x * header.depth / 8 + 1) << 8;
    if (header.depth == 32) {
        pixel |= byte(x * 4 + 2) << 16 | byte(x * 4 + 3) << 24;
    }
    for (std::size_t channel = 0; channel < 3; ++channel) {
        out[channel] = header.masks[channel].of(pixel);
    }
    if (mode_of(header) == PixelMode::RGBA) {
        out[3] = header.masks[3].of(pixel);
    }
}

void put_index(const BmpHeader& header, std::uint8_t index, std::uint8_t* out) {
    const PaletteColour colour = header.palette[index];
    out[0] = colour.red;
    if (!header.is_grey) {
        out[1] = colour.green;
        out[2] = colour.blue;
    }
}

void decode_rows(ByteReader& reader, const BmpHeader& header, Pixels& pixels) {
    const std::size_t step = pixel_size(pixels.mode);
    for (std::size_t i = 0; i < pixels.height; ++i) {
        const std::size_t y = header.is_top_down ? i : pixels.height - 1 - i;
        const auto row = reader.take(header.row_bytes());
        reader.skip(std::min<std::uint64_t>(header.stride() - row.size(), reader.remaining()));
        std::uint8_t* out = pixels.bytes.data() + y * pixels.width * step;
        for (std::size_t x = 0; x < pixels.width; ++x, out += step) {
            if (header.depth > 8) {
                put_colour(header, row, x, out);
                continue;
            }
            const std::size_t bit = x * header.depth;
            const auto byte = std::to_integer<unsigned>(row[bit / 8]);
            const unsigned index =
                byte >> (8 - header.depth - bit % 8) & ((1U << header.depth) - 1);
            put_index(header, static_cast<std::uint8_t>(index), out);
        }
    }
}

Pixels decode_bmp(std::span<const std::byte> data, const PictureInfo& info) {
    const BmpHeader header = read_bmp_header(data);
    ByteReader reader(kBmp, data);
    reader.seek(header.data_start);
    Pixels pixels = blank_pixels(info);
    if (!header.is_run_length()) {
        decode_rows(reader, header, pixels);
        return pixels;
    }
    const std::size_t step = pixel_size(info.mode);
    // Pixels that the codes skip have the first colour.
    for (std::size_t i = 0; i < pixels.bytes.size(); i += step) {
        put_index(header, 0, pixels.bytes.data() + i);
    }
    read_runs(reader, header, [&](std::uint64_t x, std::uint64_t y, std::uint8_t index) {
        const std::uint64_t row = header.is_top_down ? y : info.height - 1 - y;
        put_index(header, index, pixels.bytes.data() + (row * info.width + x) * step);
    });
    return pixels;
}

} // namespace

const Codec kBmpCodec{kBmp, true, is_bmp, probe_bmp, decode_bmp};

} // namespace vitrine
