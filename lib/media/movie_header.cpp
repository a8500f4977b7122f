// SPDX-License-Identifier: MIT
#include "media/movie_header.hpp"

#include <vitrine/core/error.hpp>

#include "core/byte_reader.hpp"
#include "image/codecs.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

namespace vitrine {

namespace {

using Bytes = std::span<const std::byte>;
using Size = std::optional<FrameSize>;

Size size_of(std::uint64_t width, std::uint64_t height) {
    constexpr std::uint64_t kMax = UINT32_MAX;
    if (width == 0 || height == 0 || width > kMax || height > kMax) {
        return std::nullopt;
    }
    return FrameSize{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
}

/// The deepest nesting of boxes or elements that is read; sane files need a few levels.
constexpr int kMaxDepth = 8;

// ---- MP4: boxes of a 32-bit size, a name of four letters, and content

std::uint64_t be64(ByteReader& reader) {
    const std::uint64_t high = reader.be32();
    return high << 32 | reader.be32();
}

/// The size in a track's header, in 16.16 fixed point; a sound track has 0.
Size size_of_track(Bytes box) {
    ByteReader reader("mp4", box);
    const bool long_times = reader.u8() == 1;
    reader.skip(3);
    // Times, track, duration; layer, volume and the matrix of nine numbers.
    reader.skip((long_times ? 32 : 20) + 16 + 36);
    const std::uint32_t width = reader.be32() >> 16;
    const std::uint32_t height = reader.be32() >> 16;
    return size_of(width, height);
}

Size size_in_boxes(Bytes data, int depth) {
    ByteReader reader("mp4", data);
    while (reader.remaining() >= 8) {
        const std::uint64_t start = reader.position();
        std::uint64_t size = reader.be32();
        const Bytes name = reader.take(4);
        if (size == 1) {
            size = be64(reader);
        } else if (size == 0) { // to the end of the data
            size = data.size() - start;
        }
        const std::uint64_t head = reader.position() - start;
        if (size < head) {
            return std::nullopt;
        }
        const bool is_track_header = starts_with(name, "tkhd");
        const bool holds_boxes = starts_with(name, "moov") || starts_with(name, "trak");
        if (!is_track_header && !holds_boxes) {
            reader.skip(size - head);
            continue;
        }
        const Bytes content = reader.take(size - head);
        const Size found = is_track_header     ? size_of_track(content)
                           : depth < kMaxDepth ? size_in_boxes(content, depth + 1)
                                               : std::nullopt;
        if (found) {
            return found;
        }
    }
    return std::nullopt;
}

bool is_mp4(Bytes data) {
    return data.size() >= 8 && starts_with(data.subspan(4), "ftyp");
}

// ---- WebM: elements of an identifier and a size, both of variable length, and content

constexpr std::uint64_t kUnknownSize = UINT64_MAX;

/// Reads a number; the leading zeros of its first byte are the number of bytes that follow.
std::uint64_t variable_number(ByteReader& reader, bool keeps_marker) {
    const std::uint8_t first = reader.u8();
    const int more = std::countl_zero(first);
    if (more >= 8) {
        fail_damaged("webm", "a number of more than 8 bytes");
    }
    std::uint64_t number = keeps_marker ? first : first & (0x7FU >> more);
    bool all_ones = !keeps_marker && number == (0x7FU >> more);
    for (int i = 0; i < more; ++i) {
        const std::uint8_t byte = reader.u8();
        number = number << 8 | byte;
        all_ones = all_ones && byte == 0xFF;
    }
    return all_ones ? kUnknownSize : number;
}

enum Element : std::uint64_t {
    kEbml = 0x1A45DFA3,
    kSegment = 0x18538067,
    kTracks = 0x1654AE6B,
    kTrackEntry = 0xAE,
    kVideo = 0xE0,
    kPixelWidth = 0xB0,
    kPixelHeight = 0xBA,
};

std::uint64_t big_endian(Bytes bytes) {
    std::uint64_t number = 0;
    for (const std::byte byte : bytes.first(std::min<std::size_t>(bytes.size(), 8))) {
        number = number << 8 | std::to_integer<std::uint64_t>(byte);
    }
    return number;
}

Size size_in_elements(Bytes data, int depth) {
    ByteReader reader("webm", data);
    std::uint64_t width = 0;
    std::uint64_t height = 0;
    while (reader.remaining() >= 2) {
        const std::uint64_t element = variable_number(reader, true);
        const std::uint64_t size = variable_number(reader, false);
        const bool is_open = size == kUnknownSize; // a streamed element reaches to the end
        const bool holds_elements = element == kSegment || element == kTracks ||
                                    element == kTrackEntry || element == kVideo;
        if (is_open && !holds_elements) {
            return std::nullopt;
        }
        if (holds_elements) {
            const Bytes content = reader.take(
                is_open ? reader.remaining() : std::min<std::uint64_t>(size, reader.remaining()));
            if (const Size found =
                    depth < kMaxDepth ? size_in_elements(content, depth + 1) : std::nullopt) {
                return found;
            }
        } else if (element == kPixelWidth) {
            width = big_endian(reader.take(size));
        } else if (element == kPixelHeight) {
            height = big_endian(reader.take(size));
        } else {
            reader.skip(size);
        }
        if (width != 0 && height != 0) {
            return size_of(width, height);
        }
    }
    return std::nullopt;
}

bool is_webm(Bytes data) {
    return starts_with(data, "\x1A\x45\xDF\xA3");
}

// ---- Ogg: pages of segments; the first page of each stream holds its first packet

/// The picture's size in Theora's identification header.
Size size_of_theora(Bytes packet) {
    if (!starts_with(packet, "\x80theora")) {
        return std::nullopt;
    }
    ByteReader reader("ogg", packet);
    reader.skip(7 + 3 + 4); // name, version, the coded size in macroblocks
    const std::uint32_t width = reader.be16() << 8 | reader.u8();
    const std::uint32_t height = reader.be16() << 8 | reader.u8();
    return size_of(width, height);
}

Size size_in_pages(Bytes data) {
    constexpr std::uint8_t kFirstPage = 2;
    ByteReader reader("ogg", data);
    while (reader.remaining() > 0 && starts_with(reader.take(4), "OggS")) {
        reader.skip(1);
        if ((reader.u8() & kFirstPage) == 0) { // the first pages of all streams come first
            return std::nullopt;
        }
        reader.skip(20); // position, stream, number, checksum
        const Bytes lengths = reader.take(reader.u8());
        std::uint64_t size = 0;
        for (const std::byte length : lengths) {
            size += std::to_integer<std::uint64_t>(length);
        }
        if (const Size found = size_of_theora(reader.take(size))) {
            return found;
        }
    }
    return std::nullopt;
}

Size size_of_gif(Bytes data) {
    ByteReader reader("gif", data);
    reader.skip(6);
    const std::uint32_t width = reader.le16();
    return size_of(width, reader.le16());
}

} // namespace

std::optional<FrameSize> movie_frame_size(std::span<const std::byte> data) {
    try {
        if (starts_with(data, "GIF87a") || starts_with(data, "GIF89a")) {
            return size_of_gif(data);
        }
        if (is_mp4(data)) {
            return size_in_boxes(data, 0);
        }
        if (is_webm(data)) {
            return size_in_elements(data, 0);
        }
        return starts_with(data, "OggS") ? size_in_pages(data) : std::nullopt;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::InvalidFormat) {
            throw;
        }
        return std::nullopt; // the size of a damaged or unknown file is unknown
    }
}

} // namespace vitrine
