// SPDX-License-Identifier: MIT
// Compares encode_png with libpng at its default level (6, default filters), on one thread.
//
//     png_bench [PICTURE...]
//
// Encodes the middle of each picture, at most 512 x 512, repeatedly. Without arguments the picture
// is generated: fractal clouds with grain, whose spectrum is that of a photograph.
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "image/codecs.hpp"
#include "image/deflater.hpp"

#ifdef VITRINE_HAVE_LIBPNG
#include <png.h>
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

using vitrine::Pixels;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kSide = 512;

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw vitrine::Error(vitrine::ErrorCode::NotFound, "cannot read '" + path + "'");
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

Pixels crop(const Pixels& pixels) {
    const std::size_t step = vitrine::pixel_size(pixels.mode);
    Pixels part{std::min(pixels.width, kSide), std::min(pixels.height, kSide), pixels.mode, {}};
    const std::size_t left = (pixels.width - part.width) / 2;
    const std::size_t top = (pixels.height - part.height) / 2;
    for (std::size_t y = 0; y < part.height; ++y) {
        const auto row = pixels.bytes.begin() +
                         static_cast<std::ptrdiff_t>(((top + y) * pixels.width + left) * step);
        part.bytes.insert(part.bytes.end(), row,
                          row + static_cast<std::ptrdiff_t>(part.width * step));
    }
    return part;
}

/// Octaves of smooth noise, each half as strong and twice as fine as the one before.
Pixels clouds() {
    std::mt19937 random(7);
    std::vector<double> plane(std::size_t{kSide} * kSide, 0.0);
    for (std::uint32_t cell = 256; cell >= 2; cell /= 2) {
        const std::uint32_t points = kSide / cell + 2;
        std::vector<double> knots(std::size_t{points} * points);
        for (double& knot : knots) {
            knot = (static_cast<double>(random() % 2001) / 1000.0 - 1.0) * cell / 4.0;
        }
        for (std::size_t y = 0; y < kSide; ++y) {
            for (std::size_t x = 0; x < kSide; ++x) {
                const double* knot = &knots[y / cell * points + x / cell];
                const double fx = static_cast<double>(x % cell) / cell;
                const double fy = static_cast<double>(y % cell) / cell;
                plane[y * kSide + x] += (knot[0] * (1 - fx) + knot[1] * fx) * (1 - fy) +
                                        (knot[points] * (1 - fx) + knot[points + 1] * fx) * fy;
            }
        }
    }
    Pixels pixels{kSide, kSide, vitrine::PixelMode::RGB, {}};
    for (const double value : plane) {
        const double grain = static_cast<double>(random() % 9) - 4.0;
        for (const double gain : {1.0, 0.9, 0.7}) {
            const double fine = static_cast<double>(random() % 5) - 2.0;
            pixels.bytes.push_back(static_cast<std::uint8_t>(
                std::clamp(128 + value * gain + grain + fine, 0.0, 255.0)));
        }
    }
    return pixels;
}

struct Result {
    double megabytes_per_second = 0;
    double percent = 0;
};

/// Returns the shortest time of many repetitions over at least a second.
Result measure(const Pixels& pixels, const std::function<std::size_t()>& encode) {
    const std::size_t size = encode();
    double best = 1e9;
    const auto start = Clock::now();
    do {
        const auto before = Clock::now();
        encode();
        best = std::min(best, std::chrono::duration<double>(Clock::now() - before).count());
    } while (Clock::now() - start < std::chrono::seconds(1));
    const auto bytes = static_cast<double>(pixels.bytes.size());
    return {bytes / best / 1e6, 100.0 * static_cast<double>(size) / bytes};
}

#ifdef VITRINE_HAVE_LIBPNG

void append(png_structp png, png_bytep data, png_size_t size) {
    static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<char*>(data), size);
}

std::size_t encode_with_libpng(const Pixels& pixels) {
    std::string out;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &out, append, nullptr);
    const bool is_wide = pixels.mode == vitrine::PixelMode::I16;
    constexpr int kColours[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                PNG_COLOR_TYPE_RGB_ALPHA};
    png_set_IHDR(png, info, pixels.width, pixels.height, is_wide ? 16 : 8,
                 kColours[vitrine::channels_of(pixels.mode) - 1], PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    if (is_wide) {
        png_set_swap(png);
    }
    for (std::size_t y = 0; y < pixels.height; ++y) {
        png_write_row(png,
                      pixels.bytes.data() + y * pixels.width * vitrine::pixel_size(pixels.mode));
    }
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return out.size();
}

#endif

void report(const std::string& name, const Pixels& pixels) {
    const Result own = measure(pixels, [&] { return vitrine::encode_png(pixels).size(); });
    std::printf("%-28s %4u x %-4u %-5s  vitrine/%s %7.1f MB/s %5.1f %%", name.c_str(), pixels.width,
                pixels.height, std::string(to_string(pixels.mode)).c_str(),
                std::string(vitrine::Deflater::library()).c_str(), own.megabytes_per_second,
                own.percent);
#ifdef VITRINE_HAVE_LIBPNG
    const Result libpng = measure(pixels, [&] { return encode_with_libpng(pixels); });
    std::printf("   libpng %6.1f MB/s %5.1f %%   %5.1f x as fast, %+5.1f %% larger",
                libpng.megabytes_per_second, libpng.percent,
                own.megabytes_per_second / libpng.megabytes_per_second,
                100.0 * (own.percent / libpng.percent - 1.0));
#endif
    std::printf("\n");
}

} // namespace

int main(int argc, char** argv) {
    try {
        if (argc < 2) {
            report("(made)", clouds());
        }
        for (int i = 1; i < argc; ++i) {
            const std::string path = argv[i];
            const std::string file = read_file(path);
            const Pixels pixels =
                vitrine::decode_picture(std::as_bytes(std::span(file.data(), file.size())));
            report(path.substr(path.rfind('/') + 1), crop(pixels));
        }
    } catch (const vitrine::Error& error) {
        std::fprintf(stderr, "png_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
