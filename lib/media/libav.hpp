// SPDX-License-Identifier: MIT
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/cpu.h>
#include <libavutil/opt.h>
}

namespace vitrine {

/// The functions of libavcodec, libavformat and libavutil that the library calls, under their own
/// names.
///
/// They are not linked but loaded when the first movie is written. They depend on a hundred other
/// libraries, which would make every program start four times as slow.
struct Libav {
#define VITRINE_LIBAV(use)                                                                         \
    use(codec, avcodec_alloc_context3);                                                            \
    use(codec, avcodec_find_encoder_by_name);                                                      \
    use(codec, avcodec_free_context);                                                              \
    use(codec, avcodec_open2);                                                                     \
    use(codec, avcodec_parameters_from_context);                                                   \
    use(codec, avcodec_receive_packet);                                                            \
    use(codec, avcodec_send_frame);                                                                \
    use(codec, av_packet_alloc);                                                                   \
    use(codec, av_packet_free);                                                                    \
    use(codec, av_packet_rescale_ts);                                                              \
    use(format, av_interleaved_write_frame);                                                       \
    use(format, av_write_trailer);                                                                 \
    use(format, avformat_alloc_output_context2);                                                   \
    use(format, avformat_free_context);                                                            \
    use(format, avformat_new_stream);                                                              \
    use(format, avformat_write_header);                                                            \
    use(format, avio_alloc_context);                                                               \
    use(format, avio_context_free);                                                                \
    use(format, avio_flush);                                                                       \
    use(util, av_d2q);                                                                             \
    use(util, av_frame_alloc);                                                                     \
    use(util, av_frame_free);                                                                      \
    use(util, av_frame_get_buffer);                                                                \
    use(util, av_free);                                                                            \
    use(util, av_freep);                                                                           \
    use(util, av_get_cpu_flags);                                                                   \
    use(util, av_malloc);                                                                          \
    use(util, av_opt_set);                                                                         \
    use(util, av_strerror)

#define VITRINE_LIBAV_MEMBER(library, name) decltype(&::name) name = nullptr
    VITRINE_LIBAV(VITRINE_LIBAV_MEMBER);
#undef VITRINE_LIBAV_MEMBER

    /// Returns null if a library is not installed in the version of the build. Safe to call from
    /// many threads. The libraries stay loaded.
    static const Libav* load();
    /// Throws: Unsupported with the reason if load() returns null.
    static const Libav& get();
};

} // namespace vitrine
