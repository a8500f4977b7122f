// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/array_view.hpp>

#include "core/text.hpp"
#include "image/codecs.hpp"

#include <cstring>
#include <utility>

namespace vitrine {

namespace {

/// One pixel with the channels of every mode.
struct Colour {
    std::uint8_t red;
    std::uint8_t green;
    std::uint8_t blue;
    std::uint8_t alpha;
    std::uint16_t grey16;
};

std::uint8_t grey_of(const Colour& c) {
    return static_cast<std::uint8_t>(
        (c.red * 19595U + c.green * 38470U + c.blue * 7471U + 0x8000U) >> 16);
}

std::uint16_t widen(std::uint8_t value) {
    return static_cast<std::uint16_t>(value * 257U);
}

Colour grey(std::uint8_t value, std::uint8_t alpha) {
    return {value, value, value, alpha, widen(value)};
}

template <PixelMode mode>
Colour read_pixel(const std::uint8_t* p) {
    if constexpr (mode == PixelMode::L) {
        return grey(p[0], 255);
    } else if constexpr (mode == PixelMode::LA) {
        return grey(p[0], p[1]);
    } else if constexpr (mode == PixelMode::I16) {
        std::uint16_t value = 0;
        std::memcpy(&value, p, 2);
        Colour colour = grey(static_cast<std::uint8_t>(value >> 8), 255);
        colour.grey16 = value;
        return colour;
    } else {
        Colour colour{p[0], p[1], p[2], 255, 0};
        if constexpr (mode == PixelMode::RGBA) {
            colour.alpha = p[3];
        }
        colour.grey16 = widen(grey_of(colour));
        return colour;
    }
}

template <PixelMode mode>
void write_pixel(const Colour& colour, std::uint8_t* p) {
    if constexpr (mode == PixelMode::L || mode == PixelMode::LA) {
        p[0] = grey_of(colour);
        if constexpr (mode == PixelMode::LA) {
            p[1] = colour.alpha;
        }
    } else if constexpr (mode == PixelMode::I16) {
        std::memcpy(p, &colour.grey16, 2);
    } else {
        p[0] = colour.red;
        p[1] = colour.green;
        p[2] = colour.blue;
        if constexpr (mode == PixelMode::RGBA) {
            p[3] = colour.alpha;
        }
    }
}

template <PixelMode from, PixelMode to>
void convert_all(const Pixels& source, Pixels& target) {
    const std::size_t in = pixel_size(from);
    const std::size_t out = pixel_size(to);
    const std::size_t count = target.bytes.size() / out;
    for (std::size_t i = 0; i < count; ++i) {
        write_pixel<to>(read_pixel<from>(source.bytes.data() + i * in),
                        target.bytes.data() + i * out);
    }
}

template <PixelMode from>
void convert_from(const Pixels& source, Pixels& target) {
    switch (target.mode) {
    case PixelMode::L:
        return convert_all<from, PixelMode::L>(source, target);
    case PixelMode::LA:
        return convert_all<from, PixelMode::LA>(source, target);
    case PixelMode::RGB:
        return convert_all<from, PixelMode::RGB>(source, target);
    case PixelMode::RGBA:
        return convert_all<from, PixelMode::RGBA>(source, target);
    case PixelMode::I16:
        return convert_all<from, PixelMode::I16>(source, target);
    }
}

void check_size(const Pixels& pixels) {
    const std::uint64_t expected =
        std::uint64_t{pixels.width} * pixels.height * pixel_size(pixels.mode);
    if (pixels.bytes.size() != expected) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("pixels of ", pixels.width, " x ", pixels.height, " in mode '",
                           to_string(pixels.mode), "': expected ", expected, " bytes, got ",
                           pixels.bytes.size()));
    }
}

} // namespace

std::string_view to_string(PixelMode mode) {
    switch (mode) {
    case PixelMode::L:
        return "L";
    case PixelMode::LA:
        return "LA";
    case PixelMode::RGB:
        return "RGB";
    case PixelMode::RGBA:
        return "RGBA";
    case PixelMode::I16:
        return "I;16";
    }
    throw Error(ErrorCode::InvalidArgument, "unknown pixel mode");
}

int channels_of(PixelMode mode) {
    switch (mode) {
    case PixelMode::L:
    case PixelMode::I16:
        return 1;
    case PixelMode::LA:
        return 2;
    case PixelMode::RGB:
        return 3;
    case PixelMode::RGBA:
        return 4;
    }
    throw Error(ErrorCode::InvalidArgument, "unknown pixel mode");
}

ArrayView Pixels::view() const {
    check_size(*this);
    std::vector<std::size_t> shape = {height, width};
    if (channels_of(mode) > 1) {
        shape.push_back(static_cast<std::size_t>(channels_of(mode)));
    }
    return ArrayView(bytes.data(), mode == PixelMode::I16 ? DType::uint16 : DType::uint8,
                     std::move(shape));
}

Pixels convert(const Pixels& pixels, PixelMode mode) {
    check_size(pixels);
    if (pixels.mode == mode) {
        return pixels;
    }
    Pixels result = blank_pixels({{}, pixels.width, pixels.height, mode});
    switch (pixels.mode) {
    case PixelMode::L:
        convert_from<PixelMode::L>(pixels, result);
        break;
    case PixelMode::LA:
        convert_from<PixelMode::LA>(pixels, result);
        break;
    case PixelMode::RGB:
        convert_from<PixelMode::RGB>(pixels, result);
        break;
    case PixelMode::RGBA:
        convert_from<PixelMode::RGBA>(pixels, result);
        break;
    case PixelMode::I16:
        convert_from<PixelMode::I16>(pixels, result);
        break;
    }
    return result;
}

Pixels swap_red_and_blue(Pixels pixels) {
    if (pixels.mode != PixelMode::RGB && pixels.mode != PixelMode::RGBA) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("cannot swap red and blue: expected mode 'RGB' or 'RGBA', got '",
                           to_string(pixels.mode), "'"));
    }
    check_size(pixels);
    const std::size_t step = pixel_size(pixels.mode);
    for (std::size_t i = 0; i + step <= pixels.bytes.size(); i += step) {
        std::swap(pixels.bytes[i], pixels.bytes[i + 2]);
    }
    return pixels;
}

PixelMode guess_mode(const ArrayView& array) {
    const auto shape = array.shape();
    if (shape.size() == 2 || (shape.size() == 3 && shape.back() == 1)) {
        return PixelMode::L;
    }
    if (!shape.empty() && shape.back() == 3) {
        return PixelMode::RGB;
    }
    if (!shape.empty() && shape.back() == 4) {
        return PixelMode::RGBA;
    }
    throw Error(ErrorCode::InvalidArgument,
                concat("un-supported shape for image conversion ", array.shape_text()));
}

} // namespace vitrine
