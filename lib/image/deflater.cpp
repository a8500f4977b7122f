// SPDX-License-Identifier: MIT
#include "image/deflater.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#ifdef VITRINE_HAVE_ISAL
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif

#if defined(VITRINE_HAVE_ISAL) && defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>

namespace vitrine {

namespace {

constexpr std::size_t kScratchBytes = 32768;

[[noreturn]] void fail(std::string_view step, int code) {
    throw Error(ErrorCode::Unsupported,
                concat("cannot compress pixels: ", step, " failed with code ", code));
}

} // namespace

#ifdef VITRINE_HAVE_ISAL

namespace {

#ifdef __x86_64__
__attribute__((target("avx"))) void clear_upper_halves() {
    _mm256_zeroupper();
}
#endif

/// ISA-L leaves the upper halves of the vector registers in use. The processor then executes SSE
/// code, such as the rest of the program, at a third of its speed. Call this after ISA-L.
void restore_vector_speed() {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx")) {
        clear_upper_halves();
    }
#endif
}

} // namespace

struct Deflater::State {
    isal_zstream stream;
    std::array<std::uint8_t, ISAL_DEF_LVL1_SMALL> level;
    std::array<std::uint8_t, kScratchBytes> scratch;
};

/// The state is zeroed, since ISA-L reads its buffers before it writes them: otherwise the
/// compressed bytes would depend on the old contents of the memory.
Deflater::Deflater(Matches matches) : state_(std::make_unique<State>()) {
    isal_deflate_init(&state_->stream);
    state_->stream.gzip_flag = IGZIP_ZLIB;
    state_->stream.level = 1;
    // The logarithm of the window size: 1, a window of 2 bytes, finds runs only; 0 is the largest.
    state_->stream.hist_bits = matches == Matches::anywhere ? 0 : 1;
    state_->stream.level_buf = state_->level.data();
    state_->stream.level_buf_size = static_cast<std::uint32_t>(state_->level.size());
}

void Deflater::add(std::span<const std::uint8_t> data, bool is_last, std::string& out) {
    isal_zstream& stream = state_->stream;
    // ISA-L does not write to its input.
    stream.next_in = const_cast<std::uint8_t*>(data.data());
    stream.avail_in = static_cast<std::uint32_t>(data.size());
    stream.end_of_stream = is_last ? 1 : 0;
    do {
        stream.next_out = state_->scratch.data();
        stream.avail_out = kScratchBytes;
        const int code = isal_deflate(&stream);
        restore_vector_speed();
        if (code != COMP_OK) {
            fail("isal_deflate", code);
        }
        out.append(reinterpret_cast<const char*>(state_->scratch.data()),
                   kScratchBytes - stream.avail_out);
    } while (stream.avail_out == 0 || stream.avail_in > 0);
}

std::span<const Matches> Deflater::choices() {
    // ISA-L finds runs at no cost, so it has no setting without them.
    static constexpr std::array kChoices = {Matches::runs, Matches::anywhere};
    return kChoices;
}

std::string_view Deflater::library() {
    return "isa-l";
}

std::uint32_t crc32_of(std::string_view data) {
    const std::uint32_t crc =
        crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(data.data()), data.size());
    restore_vector_speed();
    return crc;
}

#else

struct Deflater::State {
    z_stream stream{};
    std::array<std::uint8_t, kScratchBytes> scratch;
};

namespace {

int strategy_for(Matches matches) {
    switch (matches) {
    case Matches::none:
        return Z_HUFFMAN_ONLY;
    case Matches::runs:
        return Z_RLE;
    case Matches::anywhere:
        return Z_FILTERED;
    }
    return Z_FILTERED;
}

} // namespace

Deflater::Deflater(Matches matches) : state_(std::make_unique<State>()) {
    constexpr int kWindowBits = 15;
    constexpr int kMemoryLevel = 8;
    const int code = deflateInit2(&state_->stream, 1, Z_DEFLATED, kWindowBits, kMemoryLevel,
                                  strategy_for(matches));
    if (code != Z_OK) {
        fail("deflateInit2", code);
    }
}

void Deflater::add(std::span<const std::uint8_t> data, bool is_last, std::string& out) {
    z_stream& stream = state_->stream;
    // zlib does not write to its input.
    stream.next_in = const_cast<Bytef*>(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    do {
        stream.next_out = state_->scratch.data();
        stream.avail_out = kScratchBytes;
        if (const int code = deflate(&stream, is_last ? Z_FINISH : Z_NO_FLUSH);
            code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
            fail("deflate", code);
        }
        out.append(reinterpret_cast<const char*>(state_->scratch.data()),
                   kScratchBytes - stream.avail_out);
    } while (stream.avail_out == 0);
}

std::span<const Matches> Deflater::choices() {
    static constexpr std::array kChoices = {Matches::none, Matches::runs, Matches::anywhere};
    return kChoices;
}

std::string_view Deflater::library() {
    return "zlib";
}

std::uint32_t crc32_of(std::string_view data) {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

#endif

Deflater::~Deflater() {
#ifndef VITRINE_HAVE_ISAL
    deflateEnd(&state_->stream);
#endif
}

} // namespace vitrine
