// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "core/text.hpp"
#include "image/codecs.hpp"
#include "image/deflater.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

/// How many filtered bytes are compressed at once: few enough for the processor's cache.
constexpr std::size_t kFilteredPieceBytes = std::size_t{64} << 10;
/// How many bytes are compressed on trial to choose how to compress the rest.
constexpr std::size_t kSampleBytes = std::size_t{8} << 10;
/// An IDAT chunk is closed when it has this many bytes.
constexpr std::size_t kIdatBytes = std::size_t{8} << 20;
/// Bytes before a row, read as the pixel to the left of the first one.
constexpr std::size_t kMargin = 16;

void append_be32(std::uint32_t value, std::string& out) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> shift & 0xFF));
    }
}

/// Writes chunks (length, type, data, checksum) to the end of a text.
class ChunkWriter {
public:
    explicit ChunkWriter(std::string& out) : out_(out) {}

    void open(std::string_view type) {
        start_ = out_.size();
        out_.append(4, '\0').append(type);
    }
    /// The number of data bytes in the open chunk.
    std::size_t size() const { return out_.size() - start_ - 8; }
    void close() {
        std::string length;
        append_be32(static_cast<std::uint32_t>(size()), length);
        out_.replace(start_, 4, length);
        append_be32(crc32_of(std::string_view(out_).substr(start_ + 4)), out_);
    }

private:
    std::string& out_;
    std::size_t start_ = 0;
};

enum Filter : std::uint8_t { kNone, kSub, kUp, kAverage, kPaeth, kFilterCount };

/// Sixteen bytes computed at once, with the vector types of GCC and Clang: whether the compilers
/// vectorise plain loops depends on version and optimisation level.
constexpr std::size_t kLanes = 16;
using Bytes = std::uint8_t __attribute__((vector_size(kLanes)));
using SignedBytes = std::int8_t __attribute__((vector_size(kLanes)));
using Words = std::uint16_t __attribute__((vector_size(kLanes)));

Bytes load(const std::uint8_t* source) {
    Bytes bytes;
    std::memcpy(&bytes, source, kLanes);
    return bytes;
}

/// Returns `yes` in the lanes where `mask` is all ones, `no` where it is 0.
Bytes select(Bytes mask, Bytes yes, Bytes no) {
    return (mask & yes) | (~mask & no);
}
Bytes is_greater(Bytes a, Bytes b) {
    return std::bit_cast<Bytes>(a > b);
}
Bytes distance(Bytes a, Bytes b) {
    return select(is_greater(a, b), a - b, b - a);
}
/// floor((a + b) / 2)
Bytes mean(Bytes a, Bytes b) {
    return (a & b) + ((a ^ b) >> 1);
}

/// Returns the one of left, above and above left that is nearest to a + b - c; on a tie the first.
Bytes paeth(Bytes a, Bytes b, Bytes c) {
    const Bytes to_a = distance(b, c);
    const Bytes to_b = distance(a, c);
    // Where b - c and a - c have one sign, a + b - c is farther from c than from a and b.
    const Bytes apart = is_greater(b, c) ^ is_greater(a, c);
    const Bytes to_c = distance(to_a, to_b) | ~apart;
    const Bytes not_a = is_greater(to_a, to_b) | is_greater(to_a, to_c);
    return select(not_a, select(is_greater(to_b, to_c), c, b), a);
}

/// Adds the absolute values of the bytes, taken as signed numbers, in pairs: each sum is at most
/// 256.
Words magnitudes(Bytes bytes) {
    const Bytes sign = std::bit_cast<Bytes>(std::bit_cast<SignedBytes>(bytes) < 0);
    const auto pairs = std::bit_cast<Words>((bytes ^ sign) - sign);
    return (pairs & 0xFF) + (pairs >> 8);
}

std::uint64_t sum_of(Words words) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kLanes / 2; ++i) {
        sum += words[i];
    }
    return sum;
}

/// Filters rows. For each row it chooses the filter that leaves the least sum of absolute
/// differences (the heuristic of RFC 2083, 9.6).
class RowFilter {
public:
    RowFilter(std::size_t row_bytes, std::size_t step)
        : row_bytes_(row_bytes), step_(step), row_(kMargin + rounded_up(row_bytes)),
          above_(row_.size()), candidates_(kFilterCount * rounded_up(row_bytes)) {}

    /// Where the caller writes the next row.
    std::uint8_t* row() { return row_.data() + kMargin; }

    /// Appends the filter's number and the filtered row.
    void append(std::vector<std::uint8_t>& out) {
        sums_ = {};
        for (std::size_t i = 0; i < row_bytes_; i += kSectionBytes) {
            filter_section(i, std::min(i + kSectionBytes, row_bytes_));
        }
        const auto best =
            static_cast<std::size_t>(std::min_element(sums_.begin(), sums_.end()) - sums_.begin());
        out.push_back(static_cast<std::uint8_t>(best));
        const std::uint8_t* filtered = candidates_.data() + best * rounded_up(row_bytes_);
        out.insert(out.end(), filtered, filtered + row_bytes_);
        std::swap(row_, above_);
    }

private:
    /// At most this many bytes are summed at once, so that each word of the sum stays below 2^16.
    static constexpr std::size_t kSectionBytes = 255 * kLanes;

    static std::size_t rounded_up(std::size_t size) {
        return (size + kLanes - 1) / kLanes * kLanes;
    }

    void filter_section(std::size_t start, std::size_t end) {
        const std::uint8_t* here = row();
        const std::uint8_t* above = above_.data() + kMargin;
        // Locals, since the compiler must assume that the stores may change members.
        const std::size_t step = step_;
        const std::size_t stride = rounded_up(row_bytes_);
        std::uint8_t* out = candidates_.data();
        std::array<Words, kFilterCount> sums{};
        for (std::size_t i = start; i < end; i += kLanes) {
            const Bytes x = load(here + i);
            const Bytes a = load(here + i - step);
            const Bytes b = load(above + i);
            const Bytes c = load(above + i - step);
            const Bytes used = lanes_below(end - i);
            const auto put = [&](Filter filter, Bytes filtered) {
                std::memcpy(out + filter * stride + i, &filtered, kLanes);
                sums[filter] += magnitudes(filtered & used);
            };
            put(kNone, x);
            put(kSub, x - a);
            put(kUp, x - b);
            put(kAverage, x - mean(a, b));
            put(kPaeth, x - paeth(a, b, c));
        }
        for (std::size_t filter = 0; filter < kFilterCount; ++filter) {
            sums_[filter] += sum_of(sums[filter]);
        }
    }

    /// A mask of the first `count` lanes.
    static Bytes lanes_below(std::size_t count) {
        static constexpr auto kMasks = [] {
            std::array<std::uint8_t, 2 * kLanes> masks{};
            std::fill_n(masks.begin(), kLanes, std::uint8_t{0xFF});
            return masks;
        }();
        return load(kMasks.data() + kLanes - std::min(count, kLanes));
    }

    std::size_t row_bytes_;
    std::size_t step_;
    std::vector<std::uint8_t> row_;
    std::vector<std::uint8_t> above_;
    std::vector<std::uint8_t> candidates_; ///< the row by each filter
    std::array<std::uint64_t, kFilterCount> sums_{};
};

int color_type_of(PixelMode mode) {
    switch (mode) {
    case PixelMode::L:
    case PixelMode::I16:
        return 0;
    case PixelMode::RGB:
        return 2;
    case PixelMode::LA:
        return 4;
    case PixelMode::RGBA:
        return 6;
    }
    throw Error(ErrorCode::InvalidArgument, "unknown pixel mode");
}

void check_pixels(const Pixels& pixels) {
    if (pixels.width == 0 || pixels.height == 0) {
        throw Error(ErrorCode::InvalidArgument, concat("cannot encode a picture of ", pixels.width,
                                                       " x ", pixels.height, " pixels"));
    }
    const std::uint64_t bytes =
        std::uint64_t{pixels.width} * pixels.height * pixel_size(pixels.mode);
    if (pixels.width > kMaxPictureDimension || pixels.height > kMaxPictureDimension ||
        bytes > kMaxPictureBytes) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("cannot encode a picture of ", pixels.width, " x ", pixels.height,
                           " pixels: expected at most ", kMaxPictureDimension, " a side and ",
                           kMaxPictureBytes, " bytes"));
    }
    if (pixels.bytes.size() != bytes) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("cannot encode a picture of ", pixels.width, " x ", pixels.height,
                           " pixels: expected ", bytes, " bytes, got ", pixels.bytes.size()));
    }
}

void write_header(const Pixels& pixels, ChunkWriter& chunks, std::string& out) {
    chunks.open("IHDR");
    append_be32(pixels.width, out);
    append_be32(pixels.height, out);
    out.push_back(pixels.mode == PixelMode::I16 ? 16 : 8);
    out.push_back(static_cast<char>(color_type_of(pixels.mode)));
    out.append(3, '\0'); // compression, filter method, interlace
    chunks.close();
}

/// Copies a row; words of 16 bits become big-endian.
void copy_row(const Pixels& pixels, std::size_t y, std::size_t row_bytes, std::uint8_t* target) {
    const std::uint8_t* source = pixels.bytes.data() + y * row_bytes;
    if (pixels.mode != PixelMode::I16) {
        std::memcpy(target, source, row_bytes);
        return;
    }
    for (std::size_t i = 0; i < row_bytes; i += 2) {
        std::uint16_t word = 0;
        std::memcpy(&word, source + i, 2);
        target[i] = static_cast<std::uint8_t>(word >> 8);
        target[i + 1] = static_cast<std::uint8_t>(word);
    }
}

/// Returns filtered rows from four parts of the picture: at most an eighth of it, unless it is
/// small.
std::vector<std::uint8_t> sample_of(const Pixels& pixels, std::size_t row_bytes) {
    constexpr std::size_t kParts = 4;
    constexpr std::size_t kFewestBytes = 4096;
    const std::size_t wanted =
        std::clamp(pixels.bytes.size() / 8, kFewestBytes, kSampleBytes) / kParts;
    const std::size_t rows = std::min<std::size_t>(wanted / row_bytes + 1, pixels.height);
    RowFilter filter(row_bytes, pixel_size(pixels.mode));
    std::vector<std::uint8_t> sample;
    std::size_t next = 0;
    for (std::size_t part = 0; part < kParts; ++part) {
        const std::size_t start = std::max(next, (pixels.height - rows) * part / (kParts - 1));
        next = std::min<std::size_t>(start + rows, pixels.height);
        for (std::size_t y = start; y < next; ++y) {
            copy_row(pixels, y, row_bytes, filter.row());
            filter.append(sample);
        }
    }
    return sample;
}

std::size_t compressed_size(const std::vector<std::uint8_t>& sample, Matches matches) {
    std::string out;
    Deflater(matches).add(sample, true, out);
    return out.size();
}

/// Chooses by trial on a sample. A slower choice must make the sample clearly smaller than the
/// faster one.
Matches best_matches(const Pixels& pixels, std::size_t row_bytes) {
    const std::vector<std::uint8_t> sample = sample_of(pixels, row_bytes);
    const std::span<const Matches> choices = Deflater::choices();
    Matches best = choices.front();
    std::size_t best_size = compressed_size(sample, best);
    for (const Matches matches : choices.subspan(1)) {
        const std::size_t size = compressed_size(sample, matches);
        if (size < best_size - best_size / 16) {
            best = matches;
            best_size = size;
        }
    }
    return best;
}

void write_data(const Pixels& pixels, ChunkWriter& chunks, std::string& out) {
    const std::size_t row_bytes = pixels.width * pixel_size(pixels.mode);
    RowFilter filter(row_bytes, pixel_size(pixels.mode));
    Deflater deflater(best_matches(pixels, row_bytes));
    std::vector<std::uint8_t> piece;
    piece.reserve(std::min(kFilteredPieceBytes + row_bytes, (row_bytes + 1) * pixels.height));
    chunks.open("IDAT");
    for (std::size_t y = 0; y < pixels.height; ++y) {
        copy_row(pixels, y, row_bytes, filter.row());
        filter.append(piece);
        const bool is_last = y + 1 == pixels.height;
        if (piece.size() < kFilteredPieceBytes && !is_last) {
            continue;
        }
        deflater.add(piece, is_last, out);
        piece.clear();
        if (chunks.size() >= kIdatBytes && !is_last) {
            chunks.close();
            chunks.open("IDAT");
        }
    }
    chunks.close();
}

} // namespace

std::string encode_png(const Pixels& pixels) {
    check_pixels(pixels);
    std::string out(kPngSignature);
    ChunkWriter chunks(out);
    write_header(pixels, chunks, out);
    write_data(pixels, chunks, out);
    chunks.open("IEND");
    chunks.close();
    return out;
}

} // namespace vitrine
