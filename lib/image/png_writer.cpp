// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "core/text.hpp"
#include "image/codecs.hpp"
#include "image/deflater.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
/// Filtered bytes that are compressed at once, so that they stay in the processor's cache.
constexpr std::size_t kPieceBytes = std::size_t{128} << 10;
/// An IDAT chunk is closed once it has this many bytes.
constexpr std::size_t kChunkBytes = std::size_t{8} << 20;
/// Bytes in front of a row, for the pixel to the left of the first one.
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
    /// Bytes of data in the open chunk.
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

/// Left, above, and above left of a byte -> what the filter expects there.
template <Filter filter>
std::uint8_t predict(std::uint8_t a, std::uint8_t b, std::uint8_t c) {
    if constexpr (filter == kSub) {
        return a;
    } else if constexpr (filter == kUp) {
        return b;
    } else if constexpr (filter == kAverage) {
        return static_cast<std::uint8_t>((a & b) + ((a ^ b) >> 1)); // floor of the mean in 8 bits
    } else if constexpr (filter == kPaeth) {
        const auto to_a = static_cast<std::int16_t>(b - c);
        const auto to_b = static_cast<std::int16_t>(a - c);
        const auto to_c = static_cast<std::int16_t>(to_a + to_b);
        const auto pa = static_cast<std::int16_t>(to_a < 0 ? -to_a : to_a);
        const auto pb = static_cast<std::int16_t>(to_b < 0 ? -to_b : to_b);
        const auto pc = static_cast<std::int16_t>(to_c < 0 ? -to_c : to_c);
        const std::uint8_t b_or_c = pb <= pc ? b : c;
        return pa <= pb && pa <= pc ? a : b_or_c;
    } else {
        return 0;
    }
}

/// Filters `size` bytes and returns the sum of their absolute values as signed numbers. With
/// `size` a constant the compiler makes it a handful of vector instructions.
template <Filter filter>
std::uint32_t filter_bytes(const std::uint8_t* row, const std::uint8_t* above, std::size_t step,
                           std::size_t size, std::uint8_t* out) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint8_t expected = predict<filter>(row[i - step], above[i], above[i - step]);
        const auto difference = static_cast<std::uint8_t>(row[i] - expected);
        out[i] = difference;
        const auto negated = static_cast<std::uint8_t>(-difference);
        sum += difference < negated ? difference : negated;
    }
    return sum;
}

template <Filter filter>
std::uint64_t filter_row(const std::uint8_t* row, const std::uint8_t* above, std::size_t step,
                         std::size_t size, std::uint8_t* out) {
    constexpr std::size_t kBlock = 32;
    std::uint64_t sum = 0;
    std::size_t i = 0;
    for (; i + kBlock <= size; i += kBlock) {
        // A block of its own tells the compiler that the output overlaps no input.
        std::uint8_t block[kBlock];
        sum += filter_bytes<filter>(row + i, above + i, step, kBlock, block);
        std::memcpy(out + i, block, kBlock);
    }
    return sum + filter_bytes<filter>(row + i, above + i, step, size - i, out + i);
}

/// Chooses for each row the filter that leaves the least sum of absolute differences (the
/// heuristic of RFC 2083, 9.6) and hands out the filtered rows.
class RowFilter {
public:
    RowFilter(std::size_t row_bytes, std::size_t step)
        : row_bytes_(row_bytes), step_(step), row_(kMargin + row_bytes), above_(row_.size()) {
        for (auto& candidate : candidates_) {
            candidate.resize(row_bytes);
        }
    }

    /// Where the next row is to be put.
    std::uint8_t* row() { return row_.data() + kMargin; }

    /// Appends the filter's number and the row as filtered.
    void append(std::vector<std::uint8_t>& out) {
        std::array<std::uint64_t, kFilterCount> sums{};
        run_all(sums, std::make_index_sequence<kFilterCount>());
        const auto best = static_cast<std::size_t>(
            std::min_element(sums.begin(), sums.end()) - sums.begin());
        out.push_back(static_cast<std::uint8_t>(best));
        out.insert(out.end(), candidates_[best].begin(), candidates_[best].end());
        std::swap(row_, above_);
    }

private:
    template <std::size_t... filters>
    void run_all(std::array<std::uint64_t, kFilterCount>& sums, std::index_sequence<filters...>) {
        ((sums[filters] = filter_row<static_cast<Filter>(filters)>(
              row(), above_.data() + kMargin, step_, row_bytes_, candidates_[filters].data())),
         ...);
    }

    std::size_t row_bytes_;
    std::size_t step_;
    std::vector<std::uint8_t> row_;
    std::vector<std::uint8_t> above_;
    std::array<std::vector<std::uint8_t>, kFilterCount> candidates_;
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

void write_data(const Pixels& pixels, ChunkWriter& chunks, std::string& out) {
    const std::size_t row_bytes = pixels.width * pixel_size(pixels.mode);
    RowFilter filter(row_bytes, pixel_size(pixels.mode));
    Deflater deflater;
    std::vector<std::uint8_t> piece;
    piece.reserve(std::min(kPieceBytes + row_bytes, (row_bytes + 1) * pixels.height));
    chunks.open("IDAT");
    for (std::size_t y = 0; y < pixels.height; ++y) {
        copy_row(pixels, y, row_bytes, filter.row());
        filter.append(piece);
        const bool is_last = y + 1 == pixels.height;
        if (piece.size() < kPieceBytes && !is_last) {
            continue;
        }
        deflater.add(piece, is_last, out);
        piece.clear();
        if (chunks.size() >= kChunkBytes && !is_last) {
            chunks.close();
            chunks.open("IDAT");
        }
    }
    chunks.close();
}

} // namespace

std::string encode_png(const Pixels& pixels) {
    check_pixels(pixels);
    std::string out(kSignature);
    ChunkWriter chunks(out);
    write_header(pixels, chunks, out);
    write_data(pixels, chunks, out);
    chunks.open("IEND");
    chunks.close();
    return out;
}

} // namespace vitrine
