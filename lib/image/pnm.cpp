// SPDX-License-Identifier: MIT
#include "core/byte_reader.hpp"
#include "image/codecs.hpp"

#include <cmath>
#include <cstring>
#include <string>

namespace vitrine {

namespace {

constexpr std::string_view kPnm = "pnm";

/// The header, which is text.
struct PnmHeader {
    char kind = 0; ///< '1' to '7'
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t channels = 1;
    std::uint32_t maximum = 1;
    std::size_t data_start = 0;

    bool is_text() const { return kind <= '3'; }
    bool is_bitmap() const { return kind == '1' || kind == '4'; }
    std::size_t sample_size() const { return maximum > 255 ? 2 : 1; }
    std::uint64_t samples() const { return std::uint64_t{width} * height * channels; }
    /// The number of data bytes in a binary file.
    std::uint64_t data_bytes() const {
        return kind == '4' ? std::uint64_t{(width + 7) / 8} * height : samples() * sample_size();
    }
};

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

char next_char(ByteReader& reader) {
    return static_cast<char>(reader.u8());
}

void skip_line(ByteReader& reader) {
    char c = next_char(reader);
    while (c != '\n' && c != '\r') {
        c = next_char(reader);
    }
}

/// Returns the next character that is neither space nor part of a comment.
char skip_space(ByteReader& reader) {
    char c = next_char(reader);
    while (is_space(c) || c == '#') {
        if (c == '#') {
            skip_line(reader);
        }
        c = next_char(reader);
    }
    return c;
}

/// Reads a number of at most 9 digits, and the one space or comment after it, if any.
std::uint32_t read_number(ByteReader& reader) {
    char c = skip_space(reader);
    std::uint32_t value = 0;
    int digits = 0;
    while (is_digit(c)) {
        if (++digits > 9) {
            fail_damaged(kPnm, "a number of more than 9 digits");
        }
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
        if (reader.remaining() == 0) {
            return value;
        }
        c = next_char(reader);
    }
    if (digits == 0 || !(is_space(c) || c == '#')) {
        fail_damaged(kPnm, "expected a number at offset " + std::to_string(reader.position() - 1));
    }
    if (c == '#') {
        skip_line(reader);
    }
    return value;
}

std::string read_word(ByteReader& reader) {
    std::string word;
    for (char c = skip_space(reader); !is_space(c); c = next_char(reader)) {
        if (word.size() == 16) {
            fail_damaged(kPnm, "unknown header line");
        }
        word.push_back(c);
    }
    return word;
}

/// Reads the header of a PAM (P7): lines of a name and a value.
void read_pam(ByteReader& reader, PnmHeader& header) {
    header.channels = 0;
    header.maximum = 0;
    for (std::string word = read_word(reader); word != "ENDHDR"; word = read_word(reader)) {
        if (word == "WIDTH") {
            header.width = read_number(reader);
        } else if (word == "HEIGHT") {
            header.height = read_number(reader);
        } else if (word == "DEPTH") {
            header.channels = read_number(reader);
        } else if (word == "MAXVAL") {
            header.maximum = read_number(reader);
        } else if (word == "TUPLTYPE") { // the depth tells the same
            read_word(reader);
        } else {
            fail_damaged(kPnm, "unknown header line '" + word + "'");
        }
    }
    if (header.channels < 1 || header.channels > 4) {
        fail_unsupported(kPnm, std::to_string(header.channels) + " channels");
    }
}

PnmHeader read_pnm_header(std::span<const std::byte> data) {
    ByteReader reader(kPnm, data);
    reader.skip(1);
    PnmHeader header;
    header.kind = next_char(reader);
    if (header.kind == '7') {
        read_pam(reader, header);
    } else {
        header.channels = header.kind == '3' || header.kind == '6' ? 3 : 1;
        header.width = read_number(reader);
        header.height = read_number(reader);
        if (!header.is_bitmap()) {
            header.maximum = read_number(reader);
        }
    }
    if (header.maximum < 1 || header.maximum > 65535) {
        fail_damaged(kPnm,
                     "expected a maximum of 1 to 65535, got " + std::to_string(header.maximum));
    }
    header.data_start = reader.position();
    return header;
}

PixelMode mode_of(const PnmHeader& header) {
    switch (header.channels) {
    case 1:
        return header.maximum > 255 ? PixelMode::I16 : PixelMode::L;
    case 2:
        return PixelMode::LA;
    case 3:
        return PixelMode::RGB;
    default:
        return PixelMode::RGBA;
    }
}

bool is_pnm(std::span<const std::byte> data) {
    if (data.size() < 3 || std::to_integer<char>(data[0]) != 'P') {
        return false;
    }
    const char kind = std::to_integer<char>(data[1]);
    const char next = std::to_integer<char>(data[2]);
    return kind >= '1' && kind <= '7' && (is_space(next) || next == '#');
}

/// Reads one sample of a text file; the digits of a bitmap need no space between them.
std::uint32_t read_text_sample(ByteReader& reader, const PnmHeader& header) {
    if (!header.is_bitmap()) {
        return read_number(reader);
    }
    const char c = skip_space(reader);
    if (c != '0' && c != '1') {
        fail_damaged(kPnm,
                     "expected '0' or '1' at offset " + std::to_string(reader.position() - 1));
    }
    return c == '1' ? 1 : 0;
}

PictureInfo probe_pnm(std::span<const std::byte> data) {
    const PnmHeader header = read_pnm_header(data);
    const PictureInfo info = checked_info(kPnm, header.width, header.height, mode_of(header));
    ByteReader reader(kPnm, data);
    reader.seek(header.data_start);
    if (!header.is_text()) {
        reader.skip(header.data_bytes());
        return info;
    }
    if (header.samples() > reader.remaining()) { // each takes at least one digit
        fail_truncated(kPnm, header.samples(), header.data_start, reader.remaining());
    }
    for (std::uint64_t i = 0; i < header.samples(); ++i) {
        read_text_sample(reader, header);
    }
    return info;
}

/// Scales samples from 0..`maximum` to 0..`full`, rounded to the nearest as Pillow does.
class Scale {
public:
    Scale(std::uint32_t maximum, std::uint32_t full) : table_(std::size_t{maximum} + 1) {
        for (std::uint32_t i = 0; i <= maximum; ++i) {
            const double exact = static_cast<double>(i) / maximum * full;
            table_[i] = static_cast<std::uint16_t>(std::nearbyint(exact));
        }
    }
    std::uint16_t operator()(std::uint32_t sample) const {
        if (sample >= table_.size()) {
            fail_damaged(kPnm, "expected samples of at most " + std::to_string(table_.size() - 1) +
                                   ", got " + std::to_string(sample));
        }
        return table_[sample];
    }

private:
    std::vector<std::uint16_t> table_;
};

void put(std::uint16_t value, std::size_t index, Pixels& pixels) {
    if (pixels.mode == PixelMode::I16) {
        std::memcpy(pixels.bytes.data() + index * 2, &value, 2);
    } else {
        pixels.bytes[index] = static_cast<std::uint8_t>(value);
    }
}

/// Decodes a binary bitmap, in which 1 is black.
void decode_bits(ByteReader& reader, Pixels& pixels) {
    for (std::size_t y = 0; y < pixels.height; ++y) {
        const auto row = reader.take((pixels.width + 7) / 8);
        for (std::size_t x = 0; x < pixels.width; ++x) {
            const bool is_black = (std::to_integer<unsigned>(row[x / 8]) >> (7 - x % 8) & 1) != 0;
            pixels.bytes[y * pixels.width + x] = is_black ? 0 : 255;
        }
    }
}

Pixels decode_pnm(std::span<const std::byte> data, const PictureInfo& info) {
    const PnmHeader header = read_pnm_header(data);
    ByteReader reader(kPnm, data);
    reader.seek(header.data_start);
    Pixels pixels = blank_pixels(info);
    if (header.kind == '4') {
        decode_bits(reader, pixels);
        return pixels;
    }
    const Scale scale(header.maximum, info.mode == PixelMode::I16 ? 65535 : 255);
    const auto samples = static_cast<std::size_t>(header.samples());
    for (std::size_t i = 0; i < samples; ++i) {
        const std::uint32_t sample = header.is_text()            ? read_text_sample(reader, header)
                                     : header.sample_size() == 2 ? reader.be16()
                                                                 : reader.u8();
        put(header.kind == '1' ? scale(1 - sample) : scale(sample), i, pixels);
    }
    return pixels;
}

} // namespace

const Codec kPnmCodec{kPnm, true, is_pnm, probe_pnm, decode_pnm};

} // namespace vitrine
