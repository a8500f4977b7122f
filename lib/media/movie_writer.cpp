// SPDX-License-Identifier: MIT
#include "media/movie_writer.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#ifdef VITRINE_HAVE_LIBAV
#include "media/libav.hpp"
#endif

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

namespace vitrine {

#ifdef VITRINE_HAVE_LIBAV

namespace {

/// An encoder, with the options that make it visually lossless and its output reproducible.
struct MovieCodec {
    const char* name;
    /// Constant quality as `global_quality`, in quantiser steps; 0 if the options set it.
    int quality;
    std::array<std::pair<const char*, const char*>, 4> options;
};

/// A file format and its encoders, the best first.
struct Container {
    std::string_view format;
    const char* muxer;
    std::array<MovieCodec, 2> codecs;
};

constexpr Container kContainers[] = {
    {"mp4", "mp4", {{{"libx264", 0, {{{"preset", "medium"}, {"crf", "18"}}}}, {"mpeg4", 2, {}}}}},
    {"webm",
     "webm",
     {{{"libvpx-vp9", 0, {{{"crf", "20"}, {"deadline", "good"}, {"cpu-used", "4"}}}},
       {"libvpx", 0, {{{"crf", "6"}, {"deadline", "good"}, {"cpu-used", "4"}, {"b", "50M"}}}}}}},
    {"ogg", "ogg", {{{"libtheora", 8, {}}, {nullptr, 0, {}}}}},
};

const MovieCodec* available_codec(const Libav& av, const Container& container) {
    for (const MovieCodec& codec : container.codecs) {
        if (codec.name != nullptr && av.avcodec_find_encoder_by_name(codec.name) != nullptr) {
            return &codec;
        }
    }
    return nullptr;
}

template <class Pointer>
Pointer made(Pointer pointer) {
    if (!pointer) {
        throw std::bad_alloc();
    }
    return pointer;
}

std::uint32_t even(std::uint32_t side) {
    return side + side % 2;
}

std::uint8_t part(int number, int offset) {
    // Rounded, in 1/65536; sums of the factors keep it within 16..240.
    return static_cast<std::uint8_t>((number + offset * 65536 + 32768) >> 16);
}

/// The luma of BT.601, narrow range.
std::uint8_t luma(const std::uint8_t* rgb) {
    return part(16829 * rgb[0] + 33039 * rgb[1] + 6416 * rgb[2], 16);
}

/// Fills a frame of format YUV420P and even sides with RGB pixels. Four pixels share a colour,
/// which is their mean; if a side is odd, its last column or row is repeated.
void fill(const AVFrame& frame, const Pixels& rgb) {
    const auto pixel = [&](int x, int y) {
        const std::size_t column = std::min(static_cast<std::uint32_t>(x), rgb.width - 1);
        const std::size_t row = std::min(static_cast<std::uint32_t>(y), rgb.height - 1);
        return rgb.bytes.data() + (row * rgb.width + column) * 3;
    };
    for (int y = 0; y < frame.height; ++y) {
        std::uint8_t* out = frame.data[0] + std::ptrdiff_t{y} * frame.linesize[0];
        for (int x = 0; x < frame.width; ++x) {
            out[x] = luma(pixel(x, y));
        }
    }
    for (int y = 0; y < frame.height; y += 2) {
        std::uint8_t* blue = frame.data[1] + std::ptrdiff_t{y / 2} * frame.linesize[1];
        std::uint8_t* red = frame.data[2] + std::ptrdiff_t{y / 2} * frame.linesize[2];
        for (int x = 0; x < frame.width; x += 2) {
            std::array<int, 3> sum{};
            for (const std::uint8_t* one :
                 {pixel(x, y), pixel(x + 1, y), pixel(x, y + 1), pixel(x + 1, y + 1)}) {
                for (std::size_t channel = 0; channel < 3; ++channel) {
                    sum[channel] += one[channel];
                }
            }
            *blue++ = part((-9714 * sum[0] - 19070 * sum[1] + 28784 * sum[2]) / 4, 128);
            *red++ = part((28784 * sum[0] - 24103 * sum[1] - 4681 * sum[2]) / 4, 128);
        }
    }
}

} // namespace

std::vector<std::string_view> movie_formats() {
    std::vector<std::string_view> formats;
    const Libav* const av = Libav::load();
    for (const Container& container : kContainers) {
        if (av != nullptr && available_codec(*av, container) != nullptr) {
            formats.push_back(container.format);
        }
    }
    return formats;
}

class MovieWriter::Encoder {
public:
    Encoder(const Libav& av, const Container& container, const MovieCodec& codec,
            std::uint32_t width, std::uint32_t height, double fps)
        : av_(av), format_name_(container.format), width_(width), height_(height) {
        open_format(container);
        open_codec(codec, fps);
        open_stream();
        packet_.reset(made(av_.av_packet_alloc()));
    }

    void add(const Pixels& pixels) {
        if (pixels.width != width_ || pixels.height != height_) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("expected a frame of ", width_, " x ", height_, " pixels, got ",
                               pixels.width, " x ", pixels.height));
        }
        // The encoder may keep frames, so each one is new.
        const Held<AVFrame> frame(made(av_.av_frame_alloc()));
        frame->format = codec_->pix_fmt;
        frame->width = codec_->width;
        frame->height = codec_->height;
        frame->color_range = codec_->color_range;
        frame->colorspace = codec_->colorspace;
        frame->pts = frames_++;
        check(av_.av_frame_get_buffer(frame.get(), 0));
        fill(*frame, convert(pixels, PixelMode::RGB));
        encode(frame.get());
    }

    std::string finish() {
        encode(nullptr);
        check(av_.av_write_trailer(format_.get()));
        av_.avio_flush(io_.get());
        return std::move(output_.bytes);
    }

private:
    /// Frees what libav has allocated: libav is loaded by then.
    struct Release {
        void operator()(AVFrame* frame) const { Libav::get().av_frame_free(&frame); }
        void operator()(AVPacket* packet) const { Libav::get().av_packet_free(&packet); }
        void operator()(AVCodecContext* codec) const { Libav::get().avcodec_free_context(&codec); }
        void operator()(AVFormatContext* format) const {
            Libav::get().avformat_free_context(format);
        }
        void operator()(AVIOContext* io) const {
            Libav::get().av_freep(&io->buffer);
            Libav::get().avio_context_free(&io);
        }
    };
    template <class T>
    using Held = std::unique_ptr<T, Release>;

    /// A file in memory, to which libavformat writes; it also seeks back and overwrites.
    struct Output {
        std::string bytes;
        std::size_t position = 0;

#if LIBAVFORMAT_VERSION_MAJOR >= 61
        using Data = const std::uint8_t*;
#else
        using Data = std::uint8_t*;
#endif

        static int write(void* self, Data data, int size) {
            auto& output = *static_cast<Output*>(self);
            const auto count = static_cast<std::size_t>(size);
            try {
                if (output.position + count > output.bytes.size()) {
                    output.bytes.resize(output.position + count);
                }
            } catch (const std::exception&) {
                return AVERROR(ENOMEM); // libavformat is C: exceptions must not pass it
            }
            std::memcpy(output.bytes.data() + output.position, data, count);
            output.position += count;
            return size;
        }

        static std::int64_t seek(void* self, std::int64_t offset, int whence) {
            auto& output = *static_cast<Output*>(self);
            const auto size = static_cast<std::int64_t>(output.bytes.size());
            if (whence == AVSEEK_SIZE) {
                return size;
            }
            const std::int64_t from = whence == SEEK_SET ? 0
                                      : whence == SEEK_CUR
                                          ? static_cast<std::int64_t>(output.position)
                                          : size;
            if (from + offset < 0) {
                return AVERROR(EINVAL);
            }
            output.position = static_cast<std::size_t>(from + offset);
            return from + offset;
        }
    };

    void check(int result) const {
        if (result < 0) {
            std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
            av_.av_strerror(result, text.data(), text.size());
            throw Error(ErrorCode::InvalidArgument,
                        concat("cannot encode a video of ", width_, " x ", height_, " pixels as ",
                               format_name_, ": ", text.data()));
        }
    }

    void open_format(const Container& container) {
        constexpr int kBufferSize = 1 << 16;
        auto* buffer = static_cast<unsigned char*>(made(av_.av_malloc(kBufferSize)));
        io_.reset(av_.avio_alloc_context(buffer, kBufferSize, 1, &output_, nullptr, Output::write,
                                         Output::seek));
        if (!io_) {
            av_.av_free(buffer);
            throw std::bad_alloc();
        }
        AVFormatContext* format = nullptr;
        check(av_.avformat_alloc_output_context2(&format, nullptr, container.muxer, nullptr));
        format_.reset(format);
        format_->pb = io_.get();
        format_->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
    }

    void open_codec(const MovieCodec& codec, double fps) {
        const AVCodec* encoder = av_.avcodec_find_encoder_by_name(codec.name);
        codec_.reset(made(av_.avcodec_alloc_context3(encoder)));
        codec_->log_level_offset = 64; // a library must not write to the terminal
        codec_->width = static_cast<int>(even(width_));
        codec_->height = static_cast<int>(even(height_));
        codec_->pix_fmt = AV_PIX_FMT_YUV420P;
        codec_->color_range = AVCOL_RANGE_MPEG;
        codec_->colorspace = AVCOL_SPC_SMPTE170M; // BT.601
        codec_->color_primaries = AVCOL_PRI_BT709;
        codec_->color_trc = AVCOL_TRC_BT709;
        codec_->framerate = av_.av_d2q(fps, 65535); // MPEG-4 has 16 bits for it
        codec_->time_base = av_inv_q(codec_->framerate);
        codec_->thread_count = 1;
        codec_->flags |= AV_CODEC_FLAG_BITEXACT;
        if ((format_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
            codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        }
        codec_->bit_rate = 0;
        if (codec.quality != 0) {
            codec_->flags |= AV_CODEC_FLAG_QSCALE;
            codec_->global_quality = codec.quality * FF_QP2LAMBDA;
        }
        for (const auto& [name, value] : codec.options) {
            if (name != nullptr) {
                check(av_.av_opt_set(codec_.get(), name, value, AV_OPT_SEARCH_CHILDREN));
            }
        }
        // With AVX-512, x264 (164) encodes the same frames to different bytes, depending on their
        // place in memory (measured).
        if (std::string_view(codec.name) == "libx264" &&
            (av_.av_get_cpu_flags() & AV_CPU_FLAG_AVX512) != 0) {
            check(av_.av_opt_set(codec_.get(), "x264-params", "asm=AVX2", AV_OPT_SEARCH_CHILDREN));
        }
        check(av_.avcodec_open2(codec_.get(), encoder, nullptr));
    }

    void open_stream() {
        stream_ = made(av_.avformat_new_stream(format_.get(), nullptr));
        stream_->time_base = codec_->time_base;
        stream_->avg_frame_rate = codec_->framerate;
        check(av_.avcodec_parameters_from_context(stream_->codecpar, codec_.get()));
        check(av_.avformat_write_header(format_.get(), nullptr));
    }

    /// Sends a frame to the encoder, or null for the end, and writes its output to the file.
    void encode(const AVFrame* frame) {
        check(av_.avcodec_send_frame(codec_.get(), frame));
        for (;;) {
            const int result = av_.avcodec_receive_packet(codec_.get(), packet_.get());
            if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) {
                return;
            }
            check(result);
            packet_->stream_index = stream_->index;
            packet_->duration = 1;
            av_.av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
            check(av_.av_interleaved_write_frame(format_.get(), packet_.get()));
        }
    }

    const Libav& av_;
    std::string format_name_;
    std::uint32_t width_;
    std::uint32_t height_;
    std::int64_t frames_ = 0;
    Output output_;
    Held<AVIOContext> io_;
    Held<AVFormatContext> format_;
    Held<AVCodecContext> codec_;
    Held<AVPacket> packet_;
    AVStream* stream_ = nullptr; ///< owned by format_
};

MovieWriter::MovieWriter(std::string_view format, std::uint32_t width, std::uint32_t height,
                         double fps) {
    const auto* container =
        std::find_if(std::begin(kContainers), std::end(kContainers),
                     [&](const Container& known) { return known.format == format; });
    const bool is_known = container != std::end(kContainers);
    const Libav& av = Libav::get();
    const MovieCodec* codec = is_known ? available_codec(av, *container) : nullptr;
    if (codec == nullptr) {
        throw Error(ErrorCode::Unsupported,
                    concat("frames cannot be encoded as ", quoted(format),
                           ": this build's libavcodec has no encoder for it"));
    }
    if (!(fps >= 0.001 && fps <= 1000)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected 0.001 to 1000 frames per second, got ", fps));
    }
    encoder_ = std::make_unique<Encoder>(av, *container, *codec, width, height, fps);
}

void MovieWriter::add(const Pixels& frame) {
    encoder_->add(frame);
}

std::string MovieWriter::finish() {
    return encoder_->finish();
}

#else

class MovieWriter::Encoder {};

std::vector<std::string_view> movie_formats() {
    return {};
}

MovieWriter::MovieWriter(std::string_view format, std::uint32_t, std::uint32_t, double) {
    throw Error(ErrorCode::Unsupported, concat("frames cannot be encoded as ", quoted(format),
                                               ": this build was made without libavcodec"));
}

// Never called, since the constructor throws.
void MovieWriter::add(const Pixels&) {}
std::string MovieWriter::finish() {
    return {};
}

#endif

MovieWriter::~MovieWriter() = default;

} // namespace vitrine
