// SPDX-License-Identifier: MIT
#include "core/byte_reader.hpp"
#include "image/codecs.hpp"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

namespace vitrine {

namespace {

constexpr std::string_view kGif = "gif";
/// The most pixels per byte: a code of LZW has at most 12 bits and stands for at most 4,096 pixels.
constexpr std::uint64_t kMaxGifExpansion = 4096;

enum Block : std::uint8_t { kExtension = 0x21, kImage = 0x2C, kTrailer = 0x3B };
constexpr std::uint8_t kGraphicControl = 0xF9;

/// The canvas and the first frame on it.
struct GifLayout {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t left = 0;
    std::uint32_t top = 0;
    std::uint32_t frame_width = 0;
    std::uint32_t frame_height = 0;
    std::uint64_t frame_bytes = 0;
    std::optional<std::uint8_t> transparent;

    bool has_alpha() const {
        return transparent || left != 0 || top != 0 || frame_width != width ||
               frame_height != height;
    }
};

/// Skips the sub-blocks up to the empty one; returns their total size in bytes.
std::uint64_t skip_blocks(ByteReader& reader) {
    std::uint64_t total = 0;
    for (std::uint8_t size = reader.u8(); size != 0; size = reader.u8()) {
        reader.skip(size);
        total += size;
    }
    return total;
}

void skip_colours(ByteReader& reader, std::uint8_t flags) {
    if ((flags & 0x80) != 0) {
        reader.skip(std::uint64_t{3} << ((flags & 7) + 1));
    }
}

void read_extension(ByteReader& reader, GifLayout& layout, bool before_first_frame) {
    const std::uint8_t label = reader.u8();
    if (label == kGraphicControl && before_first_frame) {
        ByteReader ahead = reader;
        if (ahead.u8() >= 4) {
            const std::uint8_t flags = ahead.u8();
            ahead.skip(2);
            const std::uint8_t index = ahead.u8();
            layout.transparent = (flags & 1) != 0 ? std::optional(index) : std::nullopt;
        }
    }
    skip_blocks(reader);
}

void read_image(ByteReader& reader, GifLayout& layout, bool is_first) {
    const std::uint32_t left = reader.le16();
    const std::uint32_t top = reader.le16();
    const std::uint32_t width = reader.le16();
    const std::uint32_t height = reader.le16();
    skip_colours(reader, reader.u8());
    reader.skip(1); // the first code size
    const std::uint64_t bytes = skip_blocks(reader);
    if (is_first) {
        layout.left = left;
        layout.top = top;
        layout.frame_width = width;
        layout.frame_height = height;
        layout.frame_bytes = bytes;
        layout.width = std::max(layout.width, left + width);
        layout.height = std::max(layout.height, top + height);
    }
}

GifLayout read_gif_layout(std::span<const std::byte> data) {
    ByteReader reader(kGif, data);
    reader.skip(6);
    GifLayout layout;
    layout.width = reader.le16();
    layout.height = reader.le16();
    const std::uint8_t flags = reader.u8();
    reader.skip(2); // background colour, aspect ratio
    skip_colours(reader, flags);
    bool has_image = false;
    for (std::uint8_t block = reader.u8(); block != kTrailer; block = reader.u8()) {
        if (block == kExtension) {
            read_extension(reader, layout, !has_image);
        } else if (block == kImage) {
            read_image(reader, layout, !has_image);
            has_image = true;
        } else if (block != 0 || !has_image) { // some writers pad with zeros
            fail_damaged(kGif, "unknown block " + std::to_string(block) + " at offset " +
                                   std::to_string(reader.position() - 1));
        }
    }
    if (!has_image) {
        fail_damaged(kGif, "it has no picture");
    }
    return layout;
}

bool is_gif(std::span<const std::byte> data) {
    return starts_with(data, "GIF87a") || starts_with(data, "GIF89a");
}

PictureInfo info_of(const GifLayout& layout, std::size_t file_size) {
    const PictureInfo info = checked_info(kGif, layout.width, layout.height,
                                          layout.has_alpha() ? PixelMode::RGBA : PixelMode::RGB);
    checked_info(kGif, layout.frame_width, layout.frame_height, info.mode);
    check_expansion(info, std::uint64_t{layout.frame_width} * layout.frame_height,
                    layout.frame_bytes, kMaxGifExpansion);
    check_expansion(info, std::uint64_t{info.width} * info.height, file_size, kMaxCanvasExpansion);
    return info;
}

PictureInfo probe_gif(std::span<const std::byte> data) {
    return info_of(read_gif_layout(data), data.size());
}

int read_bytes(GifFileType* file, GifByteType* target, int size) {
    auto& reader = *static_cast<ByteReader*>(file->UserData);
    const auto piece =
        reader.take(std::min<std::size_t>(static_cast<std::size_t>(size), reader.remaining()));
    std::memcpy(target, piece.data(), piece.size());
    return static_cast<int>(piece.size());
}

void check_read(int result, const GifFileType* file) {
    if (result == GIF_ERROR) {
        const char* text = GifErrorString(file->Error);
        fail_damaged(kGif, text != nullptr ? text : "unknown error");
    }
}

/// Reads up to and including the first frame's header.
void find_image(GifFileType* file) {
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    check_read(DGifGetRecordType(file, &type), file);
    while (type != IMAGE_DESC_RECORD_TYPE) {
        if (type != EXTENSION_RECORD_TYPE) {
            fail_damaged(kGif, "it has no picture");
        }
        int code = 0;
        GifByteType* block = nullptr;
        check_read(DGifGetExtension(file, &code, &block), file);
        while (block != nullptr) {
            check_read(DGifGetExtensionNext(file, &block), file);
        }
        check_read(DGifGetRecordType(file, &type), file);
    }
    check_read(DGifGetImageDesc(file), file);
}

/// The colours of all 256 indices: a grey scale if the file has no palette, black past its end.
std::array<GifColorType, 256> palette_of(const GifFileType* file) {
    std::array<GifColorType, 256> colours{};
    const ColorMapObject* map =
        file->Image.ColorMap != nullptr ? file->Image.ColorMap : file->SColorMap;
    for (std::size_t i = 0; i < colours.size(); ++i) {
        if (map == nullptr) {
            const auto value = static_cast<GifByteType>(i);
            colours[i] = {value, value, value};
        } else if (i < static_cast<std::size_t>(map->ColorCount)) {
            colours[i] = map->Colors[i];
        }
    }
    return colours;
}

/// The order in which the rows of a frame are stored.
std::vector<std::uint32_t> row_order(std::uint32_t height, bool interlaced) {
    struct Pass {
        std::uint32_t first;
        std::uint32_t step;
    };
    constexpr std::array<Pass, 4> kInterlaced = {{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
    constexpr std::array<Pass, 1> kPlain = {{{0, 1}}};
    std::vector<std::uint32_t> rows;
    rows.reserve(height);
    const std::span<const Pass> passes =
        interlaced ? std::span<const Pass>(kInterlaced) : std::span<const Pass>(kPlain);
    for (const Pass& pass : passes) {
        for (std::uint32_t row = pass.first; row < height; row += pass.step) {
            rows.push_back(row);
        }
    }
    return rows;
}

Pixels decode_gif(std::span<const std::byte> data, const PictureInfo& info) {
    const GifLayout layout = read_gif_layout(data);
    ByteReader reader(kGif, data);
    int error = 0;
    const std::unique_ptr<GifFileType, void (*)(GifFileType*)> file(
        DGifOpen(&reader, read_bytes, &error), [](GifFileType* f) { DGifCloseFile(f, nullptr); });
    if (!file) {
        fail_damaged(kGif, GifErrorString(error) != nullptr ? GifErrorString(error) : "bad header");
    }
    find_image(file.get());
    const auto colours = palette_of(file.get());
    Pixels pixels = blank_pixels(info);
    const std::size_t step = pixel_size(info.mode);
    std::vector<GifPixelType> indices(layout.frame_width);
    for (const std::uint32_t row : row_order(layout.frame_height, file->Image.Interlace)) {
        check_read(DGifGetLine(file.get(), indices.data(), static_cast<int>(indices.size())),
                   file.get());
        std::uint8_t* out = pixels.bytes.data() +
                            ((std::size_t{layout.top} + row) * info.width + layout.left) * step;
        for (const GifPixelType index : indices) {
            const bool is_clear = layout.transparent == index;
            const GifColorType colour = colours[index];
            out[0] = colour.Red;
            out[1] = colour.Green;
            out[2] = colour.Blue;
            if (step == 4) {
                out[3] = is_clear ? 0 : 255;
            }
            out += step;
        }
    }
    return pixels;
}

} // namespace

const Codec kGifCodec{kGif, true, is_gif, probe_gif, decode_gif};

} // namespace vitrine
