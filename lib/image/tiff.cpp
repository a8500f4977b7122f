// SPDX-License-Identifier: MIT
#include "core/byte_reader.hpp"
#include "image/codecs.hpp"

#ifdef VITRINE_HAVE_TIFF
#include <tiffio.h>
#endif

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

namespace vitrine {

namespace {

constexpr std::string_view kTiff = "tiff";

bool is_tiff(std::span<const std::byte> data) {
    using namespace std::string_view_literals;
    return starts_with(data, "II*\0"sv) || starts_with(data, "MM\0*"sv) ||
           starts_with(data, "II+\0"sv) || starts_with(data, "MM\0+"sv);
}

#ifdef VITRINE_HAVE_TIFF

/// The most bytes that libtiff may allocate at once: more than any tag of a sane file needs.
constexpr tmsize_t kMaxAllocation = tmsize_t{1} << 30;
/// The most bytes of pixels per compressed byte: more than any codec of libtiff reaches.
constexpr std::uint64_t kMaxTiffExpansion = std::uint64_t{1} << 16;

/// A TIFF in memory, opened by libtiff. It has its own error handler, so that libtiff prints
/// nothing and no global handler is changed.
class TiffFile {
public:
    explicit TiffFile(std::span<const std::byte> data) : data_(data) {
        const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(
            TIFFOpenOptionsAlloc(), TIFFOpenOptionsFree);
        if (!options) {
            throw std::bad_alloc();
        }
        TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_error, this);
        TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
        TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
        // "m": do not map the whole file, since strips are copied anyway.
        tiff_.reset(TIFFClientOpenExt("", "rm", this, read, write, seek, close, size, nullptr,
                                      nullptr, options.get()));
        if (!tiff_) {
            fail();
        }
    }
    TiffFile(const TiffFile&) = delete;
    TiffFile& operator=(const TiffFile&) = delete;

    TIFF* get() const noexcept { return tiff_.get(); }
    [[noreturn]] void fail() const {
        fail_damaged(kTiff, error_.empty() ? "cannot decode" : error_);
    }
    /// Returns the tag's value, or its default, or 0.
    template <class T>
    T tag(std::uint32_t name) const {
        T value{};
        TIFFGetFieldDefaulted(tiff_.get(), name, &value);
        return value;
    }

private:
    static TiffFile& self(thandle_t handle) { return *static_cast<TiffFile*>(handle); }
    static tmsize_t read(thandle_t handle, void* target, tmsize_t wanted) {
        TiffFile& file = self(handle);
        const std::uint64_t left =
            file.data_.size() - std::min<std::uint64_t>(file.position_, file.data_.size());
        const auto count =
            static_cast<std::size_t>(std::min(left, static_cast<std::uint64_t>(wanted)));
        std::memcpy(target, file.data_.data() + file.position_, count);
        file.position_ += count;
        return static_cast<tmsize_t>(count);
    }
    static tmsize_t write(thandle_t, void*, tmsize_t) { return -1; }
    static toff_t seek(thandle_t handle, toff_t offset, int whence) {
        TiffFile& file = self(handle);
        const std::uint64_t base = whence == SEEK_SET   ? 0
                                   : whence == SEEK_CUR ? file.position_
                                                        : file.data_.size();
        file.position_ = std::min<std::uint64_t>(base + offset, file.data_.size());
        return file.position_;
    }
    static int close(thandle_t) { return 0; }
    static toff_t size(thandle_t handle) { return self(handle).data_.size(); }
    static int keep_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
        char text[256];
        std::vsnprintf(text, sizeof text, format, arguments);
        self(user).error_ = text;
        return 1;
    }
    static int ignore_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

    struct Closer {
        void operator()(TIFF* tiff) const { TIFFClose(tiff); }
    };

    std::span<const std::byte> data_;
    std::uint64_t position_ = 0;
    std::string error_;
    std::unique_ptr<TIFF, Closer> tiff_;
};

struct TiffLayout {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    unsigned depth = 0;
    unsigned channels = 0;
    unsigned photometric = 0;
    unsigned format = 0;
    bool is_packed = false;
    bool has_alpha = false;

    bool is_grey() const {
        return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE;
    }
    /// Whether the samples, or their high bytes, are the pixels of the mode. Other layouts go
    /// through libtiff's own conversion, which multiplies colours by alpha.
    bool is_plain() const {
        const unsigned colours = photometric == PHOTOMETRIC_RGB ? 3 : 1;
        return is_packed && (depth == 8 || depth == 16) &&
               channels == colours + (has_alpha ? 1 : 0) &&
               (is_grey() || photometric == PHOTOMETRIC_RGB);
    }
};

TiffLayout read_tiff_layout(const TiffFile& file) {
    TiffLayout layout;
    layout.width = file.tag<std::uint32_t>(TIFFTAG_IMAGEWIDTH);
    layout.height = file.tag<std::uint32_t>(TIFFTAG_IMAGELENGTH);
    layout.depth = file.tag<std::uint16_t>(TIFFTAG_BITSPERSAMPLE);
    layout.channels = file.tag<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL);
    layout.format = file.tag<std::uint16_t>(TIFFTAG_SAMPLEFORMAT);
    layout.is_packed = layout.channels == 1 ||
                       file.tag<std::uint16_t>(TIFFTAG_PLANARCONFIG) == PLANARCONFIG_CONTIG;
    std::uint16_t photometric = PHOTOMETRIC_MINISBLACK;
    TIFFGetField(file.get(), TIFFTAG_PHOTOMETRIC, &photometric);
    layout.photometric = photometric;
    std::uint16_t extra_count = 0;
    std::uint16_t* extra = nullptr;
    TIFFGetFieldDefaulted(file.get(), TIFFTAG_EXTRASAMPLES, &extra_count, &extra);
    layout.has_alpha = extra_count == 1 && extra[0] != EXTRASAMPLE_UNSPECIFIED;
    return layout;
}

PixelMode mode_of(const TiffLayout& layout) {
    if (layout.format != SAMPLEFORMAT_UINT && layout.format != SAMPLEFORMAT_VOID) {
        fail_unsupported(kTiff, "samples that are not unsigned integers");
    }
    if (layout.depth > 16) {
        fail_unsupported(kTiff, std::to_string(layout.depth) + " bits a channel");
    }
    if (layout.is_grey()) {
        if (layout.has_alpha) {
            return PixelMode::LA;
        }
        return layout.depth == 16 && layout.is_plain() ? PixelMode::I16 : PixelMode::L;
    }
    return layout.has_alpha ? PixelMode::RGBA : PixelMode::RGB;
}

/// Returns the total size in bytes of the current directory's strips or tiles. Throws if one
/// reaches past the end of the file.
std::uint64_t checked_strips(const TiffFile& file, std::uint64_t file_size) {
    std::uint64_t total = 0;
    const std::uint32_t count = TIFFIsTiled(file.get()) != 0 ? TIFFNumberOfTiles(file.get())
                                                             : TIFFNumberOfStrips(file.get());
    for (std::uint32_t i = 0; i < count; ++i) {
        int failed = 0;
        const std::uint64_t offset = TIFFGetStrileOffsetWithErr(file.get(), i, &failed);
        const std::uint64_t size =
            failed != 0 ? 0 : TIFFGetStrileByteCountWithErr(file.get(), i, &failed);
        if (failed != 0) {
            file.fail();
        }
        if (offset > file_size || size > file_size - offset) {
            fail_truncated(kTiff, size, offset, file_size - std::min(offset, file_size));
        }
        total += size;
    }
    return total;
}

/// Throws unless the file holds all strips of the current directory and as many bytes as its
/// pixels need. (libtiff itself shortens a strip that reaches past the end of the file.)
void check_page(const TiffFile& file, std::uint64_t file_size) {
    const TiffLayout layout = read_tiff_layout(file);
    const std::uint64_t stored = checked_strips(file, file_size);
    const PictureInfo info = checked_info(kTiff, layout.width, layout.height, PixelMode::L);
    const bool is_raw = file.tag<std::uint16_t>(TIFFTAG_COMPRESSION) == COMPRESSION_NONE;
    // Of other kinds than the plain ones only one channel is sure to be stored for every pixel.
    const unsigned bits = layout.depth * (layout.is_plain() ? layout.channels : 1);
    check_expansion(info, std::uint64_t{info.width} * info.height * bits / 8, stored,
                    is_raw && layout.is_plain() ? 1 : kMaxTiffExpansion);
    const std::uint64_t area =
        TIFFIsTiled(file.get()) != 0 ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get());
    if (area / kMaxTiffExpansion > file_size) {
        fail_damaged(kTiff, "a strip or tile of " + std::to_string(area) + " bytes in a file of " +
                                std::to_string(file_size) + " bytes");
    }
}

PictureInfo probe_tiff(std::span<const std::byte> data) {
    const TiffFile file(data);
    const TiffLayout layout = read_tiff_layout(file);
    const PictureInfo info = checked_info(kTiff, layout.width, layout.height, mode_of(layout));
    check_page(file, data.size());
    while (TIFFLastDirectory(file.get()) == 0) {
        if (TIFFReadDirectory(file.get()) == 0) {
            file.fail();
        }
        check_page(file, data.size());
    }
    return info;
}

/// The position of a strip or tile in the picture, and the size of its own rows.
struct Area {
    std::uint32_t left;
    std::uint32_t top;
    std::uint32_t width;
    std::uint32_t height;
    std::size_t row_bytes;
};

void copy_area(const std::uint8_t* source, const Area& area, const TiffLayout& layout,
               Pixels& pixels) {
    const std::uint32_t width = std::min(area.width, pixels.width - area.left);
    const std::uint32_t height = std::min(area.height, pixels.height - area.top);
    const bool inverts = layout.photometric == PHOTOMETRIC_MINISWHITE;
    for (std::uint32_t y = 0; y < height; ++y) {
        const std::uint8_t* in = source + y * area.row_bytes;
        std::uint8_t* out =
            pixels.bytes.data() +
            ((std::size_t{area.top} + y) * pixels.width + area.left) * pixel_size(pixels.mode);
        for (std::size_t i = 0; i < std::size_t{width} * layout.channels; ++i) {
            std::uint16_t sample = in[i];
            if (layout.depth == 16) { // libtiff decodes to words in the machine's byte order
                std::memcpy(&sample, in + 2 * i, 2);
            }
            if (inverts && i % layout.channels == 0) {
                sample = static_cast<std::uint16_t>((layout.depth == 16 ? 65535U : 255U) - sample);
            }
            if (pixels.mode == PixelMode::I16) {
                std::memcpy(out + 2 * i, &sample, 2);
            } else {
                out[i] = static_cast<std::uint8_t>(layout.depth == 16 ? sample >> 8 : sample);
            }
        }
    }
}

std::vector<std::uint8_t> buffer_of(tmsize_t size) {
    if (size <= 0 || static_cast<std::uint64_t>(size) > kMaxPictureBytes) {
        fail_damaged(kTiff, "the size of a strip or tile is " + std::to_string(size) + " bytes");
    }
    return std::vector<std::uint8_t>(static_cast<std::size_t>(size));
}

void decode_tiles(const TiffFile& file, const TiffLayout& layout, Pixels& pixels) {
    std::vector<std::uint8_t> buffer = buffer_of(TIFFTileSize(file.get()));
    Area area{0, 0, file.tag<std::uint32_t>(TIFFTAG_TILEWIDTH),
              file.tag<std::uint32_t>(TIFFTAG_TILELENGTH),
              static_cast<std::size_t>(TIFFTileRowSize(file.get()))};
    if (area.width == 0 || area.height == 0) {
        fail_damaged(kTiff, "tiles without pixels");
    }
    std::uint32_t tile = 0;
    for (std::uint64_t top = 0; top < pixels.height; top += area.height) {
        for (std::uint64_t left = 0; left < pixels.width; left += area.width, ++tile) {
            if (TIFFReadEncodedTile(file.get(), tile, buffer.data(), -1) < 0) {
                file.fail();
            }
            area.left = static_cast<std::uint32_t>(left);
            area.top = static_cast<std::uint32_t>(top);
            copy_area(buffer.data(), area, layout, pixels);
        }
    }
}

void decode_strips(const TiffFile& file, const TiffLayout& layout, Pixels& pixels) {
    std::vector<std::uint8_t> buffer = buffer_of(TIFFStripSize(file.get()));
    const std::uint32_t rows =
        std::min(file.tag<std::uint32_t>(TIFFTAG_ROWSPERSTRIP), pixels.height);
    if (rows == 0) {
        fail_damaged(kTiff, "its strips have no rows");
    }
    Area area{0, 0, pixels.width, rows, static_cast<std::size_t>(TIFFScanlineSize(file.get()))};
    std::uint32_t strip = 0;
    for (std::uint64_t top = 0; top < pixels.height; top += rows, ++strip) {
        area.top = static_cast<std::uint32_t>(top);
        area.height = std::min(rows, pixels.height - area.top);
        const std::size_t wanted = area.height * area.row_bytes;
        if (wanted > buffer.size() || TIFFReadEncodedStrip(file.get(), strip, buffer.data(),
                                                           static_cast<tmsize_t>(wanted)) < 0) {
            file.fail();
        }
        copy_area(buffer.data(), area, layout, pixels);
    }
}

/// Decodes layouts that are not plain by libtiff's conversion to RGBA.
void decode_converted(const TiffFile& file, Pixels& pixels) {
    char message[1024] = "";
    TIFFRGBAImage image;
    if (TIFFRGBAImageBegin(&image, file.get(), 1, message) == 0) {
        fail_damaged(kTiff, message);
    }
    const std::unique_ptr<TIFFRGBAImage, void (*)(TIFFRGBAImage*)> guard(&image, TIFFRGBAImageEnd);
    image.req_orientation = image.orientation; // as stored
    if (std::uint64_t{pixels.width} * pixels.height * 4 > kMaxPictureBytes) {
        fail_unsupported(kTiff, "this many pixels in this layout");
    }
    std::vector<std::uint32_t> raster(std::size_t{pixels.width} * pixels.height);
    if (TIFFRGBAImageGet(&image, raster.data(), pixels.width, pixels.height) == 0) {
        file.fail();
    }
    std::uint8_t* out = pixels.bytes.data();
    for (const std::uint32_t abgr : raster) {
        *out++ = static_cast<std::uint8_t>(TIFFGetR(abgr));
        if (channels_of(pixels.mode) > 2) {
            *out++ = static_cast<std::uint8_t>(TIFFGetG(abgr));
            *out++ = static_cast<std::uint8_t>(TIFFGetB(abgr));
        }
        if (channels_of(pixels.mode) % 2 == 0) {
            *out++ = static_cast<std::uint8_t>(TIFFGetA(abgr));
        }
    }
}

Pixels decode_tiff(std::span<const std::byte> data, const PictureInfo& info) {
    const TiffFile file(data);
    const TiffLayout layout = read_tiff_layout(file);
    Pixels pixels = blank_pixels(info);
    if (!layout.is_plain()) {
        decode_converted(file, pixels);
    } else if (TIFFIsTiled(file.get()) != 0) {
        decode_tiles(file, layout, pixels);
    } else {
        decode_strips(file, layout, pixels);
    }
    return pixels;
}

#endif

} // namespace

#ifdef VITRINE_HAVE_TIFF
const Codec kTiffCodec{kTiff, true, is_tiff, probe_tiff, decode_tiff};
#else
const Codec kTiffCodec{kTiff, false, is_tiff, nullptr, nullptr};
#endif

} // namespace vitrine
