// SPDX-License-Identifier: MIT
#include "core/byte_reader.hpp"
#include "image/codecs.hpp"

#include <webp/decode.h>

#include <cstring>
#include <string>

namespace vitrine {

namespace {

constexpr std::string_view kWebp = "webp";

/// What to decode: the whole file, or the first frame of an animation on its canvas.
struct WebpLayout {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t left = 0;
    std::uint32_t top = 0;
    bool is_animation = false;
    std::span<const std::byte> stream;
};

std::string_view text_of(std::span<const std::byte> data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

void read_frame(std::span<const std::byte> chunk, WebpLayout& layout) {
    ByteReader reader(kWebp, chunk);
    layout.left = reader.le24() * 2;
    layout.top = reader.le24() * 2;
    reader.skip(10); // size, duration, flags
    layout.stream = reader.take(reader.remaining());
}

WebpLayout read_webp_layout(std::span<const std::byte> data) {
    ByteReader outer(kWebp, data);
    outer.skip(4);
    const std::uint32_t size = outer.le32();
    ByteReader reader(kWebp, outer.take(size));
    reader.skip(4); // WEBP
    WebpLayout layout;
    bool has_picture = false;
    while (reader.remaining() > 0) {
        const std::string_view type = text_of(reader.take(4));
        const std::uint32_t length = reader.le32();
        const auto chunk = reader.take(length);
        reader.skip(std::min<std::size_t>(length & 1, reader.remaining()));
        if (type == "VP8X") {
            ByteReader header(kWebp, chunk);
            layout.is_animation = (header.u8() & 2) != 0;
            header.skip(3);
            layout.width = header.le24() + 1;
            layout.height = header.le24() + 1;
        } else if (type == "ANMF" && layout.is_animation && !has_picture) {
            read_frame(chunk, layout);
            has_picture = true;
        } else if ((type == "VP8 " || type == "VP8L") && !layout.is_animation) {
            has_picture = true;
        }
    }
    if (!has_picture) {
        fail_damaged(kWebp, "it has no picture");
    }
    if (!layout.is_animation) {
        layout.stream = data;
    }
    return layout;
}

const std::uint8_t* bytes_of(const WebpLayout& layout) {
    return reinterpret_cast<const std::uint8_t*>(layout.stream.data());
}

WebPBitstreamFeatures features_of(const WebpLayout& layout) {
    WebPBitstreamFeatures features{};
    const VP8StatusCode status = WebPGetFeatures(bytes_of(layout), layout.stream.size(), &features);
    if (status != VP8_STATUS_OK) {
        fail_damaged(kWebp, "bad header (libwebp status " + std::to_string(status) + ")");
    }
    return features;
}

bool is_webp(std::span<const std::byte> data) {
    return data.size() >= 12 && starts_with(data, "RIFF") && starts_with(data.subspan(8), "WEBP");
}

PictureInfo probe_webp(std::span<const std::byte> data) {
    const WebpLayout layout = read_webp_layout(data);
    const WebPBitstreamFeatures features = features_of(layout);
    const auto width = static_cast<std::uint32_t>(features.width);
    const auto height = static_cast<std::uint32_t>(features.height);
    if (!layout.is_animation) {
        return checked_info(kWebp, width, height,
                            features.has_alpha != 0 ? PixelMode::RGBA : PixelMode::RGB);
    }
    if (layout.left + width > layout.width || layout.top + height > layout.height) {
        fail_damaged(kWebp, "its first frame reaches outside its canvas");
    }
    const PictureInfo info = checked_info(kWebp, layout.width, layout.height, PixelMode::RGBA);
    check_expansion(info, std::uint64_t{info.width} * info.height, data.size(),
                    kMaxCanvasExpansion);
    return info;
}

Pixels decode_webp(std::span<const std::byte> data, const PictureInfo& info) {
    const WebpLayout layout = read_webp_layout(data);
    const WebPBitstreamFeatures features = features_of(layout);
    Pixels pixels = blank_pixels(info);
    const std::size_t stride = info.width * pixel_size(info.mode);
    const std::size_t start = layout.top * stride + layout.left * pixel_size(info.mode);
    // If the frame is narrower than its canvas, its rows end before the canvas's rows.
    const std::size_t size = pixels.bytes.size() - start;
    const auto decode_into = info.mode == PixelMode::RGBA ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
    if (features.height == 0 ||
        decode_into(bytes_of(layout), layout.stream.size(), pixels.bytes.data() + start, size,
                    static_cast<int>(stride)) == nullptr) {
        fail_damaged(kWebp, "bad picture data");
    }
    return pixels;
}

} // namespace

const Codec kWebpCodec{kWebp, true, is_webp, probe_webp, decode_webp};

} // namespace vitrine
