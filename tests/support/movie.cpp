// SPDX-License-Identifier: MIT
#include "support/movie.hpp"

#include <gif_lib.h>
#ifdef VITRINE_HAVE_LIBAV
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}
#endif

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

namespace vitrine::test {

namespace {

int read_bytes(GifFileType* file, GifByteType* target, int size) {
    auto& rest = *static_cast<std::string_view*>(file->UserData);
    const auto count = std::min(rest.size(), static_cast<std::size_t>(size));
    std::memcpy(target, rest.data(), count);
    rest.remove_prefix(count);
    return static_cast<int>(count);
}

void draw(Pixels& canvas, const SavedImage& image, const ColorMapObject& map, int transparent) {
    const GifImageDesc& area = image.ImageDesc;
    for (int y = 0; y < area.Height; ++y) {
        for (int x = 0; x < area.Width; ++x) {
            const GifByteType index = image.RasterBits[y * area.Width + x];
            if (index == transparent) {
                continue;
            }
            const GifColorType colour = map.Colors[index];
            auto* out =
                canvas.bytes.data() + (static_cast<std::size_t>(area.Top + y) * canvas.width +
                                       static_cast<std::size_t>(area.Left + x)) *
                                          4;
            out[0] = colour.Red;
            out[1] = colour.Green;
            out[2] = colour.Blue;
            out[3] = 255;
        }
    }
}

void clear(Pixels& canvas, const GifImageDesc& area) {
    for (int y = 0; y < area.Height; ++y) {
        auto* row = canvas.bytes.data() + (static_cast<std::size_t>(area.Top + y) * canvas.width +
                                           static_cast<std::size_t>(area.Left)) *
                                              4;
        std::memset(row, 0, static_cast<std::size_t>(area.Width) * 4);
    }
}

bool is_endless(const SavedImage& first) {
    return std::any_of(first.ExtensionBlocks, first.ExtensionBlocks + first.ExtensionBlockCount,
                       [](const ExtensionBlock& block) {
                           return block.Function == APPLICATION_EXT_FUNC_CODE &&
                                  block.ByteCount == 11 &&
                                  std::memcmp(block.Bytes, "NETSCAPE2.0", 11) == 0;
                       });
}

} // namespace

Movie read_gif(std::string_view bytes) {
    std::string_view rest = bytes;
    int error = 0;
    const std::unique_ptr<GifFileType, void (*)(GifFileType*)> file(
        DGifOpen(&rest, read_bytes, &error), [](GifFileType* f) { DGifCloseFile(f, nullptr); });
    if (!file || DGifSlurp(file.get()) == GIF_ERROR) {
        throw std::runtime_error("giflib cannot read the file");
    }
    Pixels canvas{static_cast<std::uint32_t>(file->SWidth),
                  static_cast<std::uint32_t>(file->SHeight),
                  PixelMode::RGBA,
                  {}};
    canvas.bytes.resize(std::size_t{canvas.width} * canvas.height * 4);
    Movie movie;
    movie.is_endless = file->ImageCount > 0 && is_endless(file->SavedImages[0]);
    movie.palettes = file->SColorMap != nullptr ? 1 : 0;
    for (int index = 0; index < file->ImageCount; ++index) {
        const SavedImage& image = file->SavedImages[index];
        GraphicsControlBlock control{};
        control.TransparentColor = NO_TRANSPARENT_COLOR;
        DGifSavedExtensionToGCB(file.get(), index, &control);
        const Pixels before = canvas;
        const ColorMapObject* own = image.ImageDesc.ColorMap;
        movie.palettes += own != nullptr ? 1 : 0;
        draw(canvas, image, own != nullptr ? *own : *file->SColorMap, control.TransparentColor);
        movie.frames.push_back(canvas);
        movie.delays.push_back(control.DelayTime);
        if (control.DisposalMode == DISPOSE_BACKGROUND) {
            clear(canvas, image.ImageDesc);
        } else if (control.DisposalMode == DISPOSE_PREVIOUS) {
            canvas = before;
        }
    }
    return movie;
}

#ifdef VITRINE_HAVE_LIBAV

namespace {

struct Input {
    std::string_view bytes;
    std::size_t position = 0;

    static int read(void* self, std::uint8_t* out, int size) {
        auto& input = *static_cast<Input*>(self);
        const auto count =
            std::min(input.bytes.size() - input.position, static_cast<std::size_t>(size));
        std::memcpy(out, input.bytes.data() + input.position, count);
        input.position += count;
        return count == 0 ? AVERROR_EOF : static_cast<int>(count);
    }
    static std::int64_t seek(void* self, std::int64_t offset, int whence) {
        auto& input = *static_cast<Input*>(self);
        const auto size = static_cast<std::int64_t>(input.bytes.size());
        if (whence == AVSEEK_SIZE) {
            return size;
        }
        const std::int64_t from = whence == SEEK_SET   ? 0
                                  : whence == SEEK_CUR ? static_cast<std::int64_t>(input.position)
                                                       : size;
        input.position = static_cast<std::size_t>(std::clamp<std::int64_t>(from + offset, 0, size));
        return static_cast<std::int64_t>(input.position);
    }
};

void need(bool done, const char* what) {
    if (!done) {
        throw std::runtime_error(std::string("libav cannot ") + what);
    }
}

std::uint8_t cut(double value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
}

/// BT.601 of the narrow range, with half the colours.
Pixels rgb_of(const AVFrame& frame) {
    need(frame.format == AV_PIX_FMT_YUV420P, "give frames of another format");
    Pixels pixels{static_cast<std::uint32_t>(frame.width),
                  static_cast<std::uint32_t>(frame.height),
                  PixelMode::RGB,
                  {}};
    for (int y = 0; y < frame.height; ++y) {
        for (int x = 0; x < frame.width; ++x) {
            const double light = 1.1644 * (frame.data[0][y * frame.linesize[0] + x] - 16);
            const double blue = frame.data[1][y / 2 * frame.linesize[1] + x / 2] - 128;
            const double red = frame.data[2][y / 2 * frame.linesize[2] + x / 2] - 128;
            pixels.bytes.push_back(cut(light + 1.5960 * red));
            pixels.bytes.push_back(cut(light - 0.3918 * blue - 0.8130 * red));
            pixels.bytes.push_back(cut(light + 2.0172 * blue));
        }
    }
    return pixels;
}

void take_frames(AVCodecContext* codec, const AVPacket* packet, Movie& movie) {
    need(avcodec_send_packet(codec, packet) >= 0, "decode a packet");
    AVFrame* frame = av_frame_alloc();
    while (avcodec_receive_frame(codec, frame) >= 0) {
        movie.frames.push_back(rgb_of(*frame));
    }
    av_frame_free(&frame);
}

} // namespace

Movie read_movie(std::string_view bytes) {
    constexpr int kBufferSize = 4096;
    Input input{bytes};
    AVIOContext* io = avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBufferSize)),
                                         kBufferSize, 0, &input, Input::read, nullptr, Input::seek);
    const std::unique_ptr<AVIOContext, void (*)(AVIOContext*)> io_owner(io, [](AVIOContext* held) {
        av_freep(&held->buffer);
        avio_context_free(&held);
    });
    AVFormatContext* format = avformat_alloc_context();
    format->pb = io;
    need(avformat_open_input(&format, "", nullptr, nullptr) >= 0, "open the file");
    const std::unique_ptr<AVFormatContext, void (*)(AVFormatContext*)> format_owner(
        format, [](AVFormatContext* held) { avformat_close_input(&held); });
    need(avformat_find_stream_info(format, nullptr) >= 0, "find the streams");
    const int stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    need(stream >= 0, "find a video");
    const AVCodecParameters* parameters = format->streams[stream]->codecpar;
    const std::unique_ptr<AVCodecContext, void (*)(AVCodecContext*)> codec(
        avcodec_alloc_context3(nullptr), [](AVCodecContext* held) { avcodec_free_context(&held); });
    avcodec_parameters_to_context(codec.get(), parameters);
    need(avcodec_open2(codec.get(), avcodec_find_decoder(parameters->codec_id), nullptr) >= 0,
         "find a decoder");
    Movie movie;
    const std::unique_ptr<AVPacket, void (*)(AVPacket*)> packet(
        av_packet_alloc(), [](AVPacket* held) { av_packet_free(&held); });
    while (av_read_frame(format, packet.get()) >= 0) {
        if (packet->stream_index == stream) {
            take_frames(codec.get(), packet.get(), movie);
        }
        av_packet_unref(packet.get());
    }
    take_frames(codec.get(), nullptr, movie);
    return movie;
}

#else

Movie read_movie(std::string_view) {
    throw std::runtime_error("this build has no libavcodec");
}

#endif

Movie read_animation(std::string_view bytes) {
    return bytes.starts_with("GIF8") ? read_gif(bytes) : read_movie(bytes);
}

double brightness_difference(const Pixels& a, const Pixels& b) {
    const Pixels left = convert(a, PixelMode::L);
    const Pixels right = convert(b, PixelMode::L);
    double sum = 0;
    for (std::size_t at = 0; at < left.bytes.size(); ++at) {
        sum += std::abs(int{left.bytes[at]} - int{right.bytes.at(at)});
    }
    return sum / static_cast<double>(left.bytes.size());
}

} // namespace vitrine::test
