// SPDX-License-Identifier: MIT
#include "image/gif_writer.hpp"

#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "core/refuse.hpp"
#include "core/text.hpp"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <utility>

namespace vitrine {

namespace {

constexpr int kMaxDelay = 65535;
constexpr int kMinDelay = 2;

void check_written(int result, const GifFileType* file) {
    if (result == GIF_ERROR) {
        const char* text = GifErrorString(file->Error);
        refuse(concat("cannot write a gif: ", text != nullptr ? text : "unknown error"));
    }
}

int append(GifFileType* file, const GifByteType* data, int size) {
    try {
        static_cast<std::string*>(file->UserData)
            ->append(data, data + size); // giflib is C: exceptions must not pass it
        return size;
    } catch (const std::exception&) {
        return 0; // giflib reports a failed write
    }
}

using ColourMap = std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)>;

/// The palette, padded to a power of two as GIF requires.
ColourMap colour_map(const std::vector<Rgb>& palette) {
    int size = 2;
    while (size < static_cast<int>(palette.size())) {
        size *= 2;
    }
    std::array<GifColorType, 256> colours{};
    std::transform(palette.begin(), palette.end(), colours.begin(), [](const Rgb& rgb) {
        return GifColorType{rgb[0], rgb[1], rgb[2]};
    });
    ColourMap map(GifMakeMapObject(size, colours.data()), GifFreeMapObject);
    if (!map) {
        throw std::bad_alloc();
    }
    return map;
}

/// The time at which `frames` frames have been shown, in whole hundredths of a second.
double time_of(std::uint64_t frames, double fps) {
    return std::round(static_cast<double>(frames) * 100 / fps);
}

} // namespace

void GifWriter::Close::operator()(GifFileType* file) const {
    EGifCloseFile(file, nullptr);
}

GifWriter::GifWriter(std::uint32_t width, std::uint32_t height, double fps)
    : width_(width), height_(height), fps_(fps), out_(std::make_unique<std::string>()) {
    if (width == 0 || height == 0 || width > kMaxPictureDimension ||
        height > kMaxPictureDimension) {
        refuse(concat("expected a gif of 1 to ", kMaxPictureDimension, " pixels a side, got ",
                      width, " x ", height));
    }
    if (!(fps > 0) || !std::isfinite(fps)) {
        refuse(concat("expected more than 0 frames per second, got ", fps));
    }
    int error = 0;
    file_.reset(EGifOpen(out_.get(), append, &error));
    if (!file_) {
        throw std::bad_alloc();
    }
}

int GifWriter::delay_of_next() const {
    const double delay = time_of(frames_ + 1, fps_) - time_of(frames_, fps_);
    return static_cast<int>(std::clamp<double>(delay, kMinDelay, kMaxDelay));
}

void GifWriter::write_head(const IndexedPixels& first) {
    EGifSetGifVersion(file_.get(), true);
    const ColourMap map = colour_map(first.palette);
    check_written(EGifPutScreenDesc(file_.get(), static_cast<int>(width_),
                                    static_cast<int>(height_), map->BitsPerPixel, 0, map.get()),
                  file_.get());
    palette_ = first.palette;
    constexpr std::array<GifByteType, 3> kForever = {1, 0, 0};
    check_written(EGifPutExtensionLeader(file_.get(), APPLICATION_EXT_FUNC_CODE), file_.get());
    check_written(EGifPutExtensionBlock(file_.get(), 11, "NETSCAPE2.0"), file_.get());
    check_written(EGifPutExtensionBlock(file_.get(), kForever.size(), kForever.data()),
                  file_.get());
    check_written(EGifPutExtensionTrailer(file_.get()), file_.get());
}

void GifWriter::write_frame(const IndexedPixels& frame, bool leaves_nothing) {
    GraphicsControlBlock control{};
    control.DisposalMode = leaves_nothing ? DISPOSE_BACKGROUND : DISPOSE_DO_NOT;
    control.UserInputFlag = false;
    control.DelayTime = delay_of_next();
    control.TransparentColor =
        frame.transparent ? static_cast<int>(*frame.transparent) : NO_TRANSPARENT_COLOR;
    std::array<GifByteType, 4> block{};
    EGifGCBToExtension(&control, block.data());
    check_written(EGifPutExtension(file_.get(), GRAPHICS_EXT_FUNC_CODE, block.size(), block.data()),
                  file_.get());
    const ColourMap map = frame.palette == palette_ ? ColourMap(nullptr, GifFreeMapObject)
                                                    : colour_map(frame.palette);
    // If the frame has no palette, giflib (5.2) loses the last frame's without freeing it.
    GifFreeMapObject(std::exchange(file_->Image.ColorMap, nullptr));
    check_written(EGifPutImageDesc(file_.get(), 0, 0, static_cast<int>(width_),
                                   static_cast<int>(height_), false, map.get()),
                  file_.get());
    std::vector<GifPixelType> row(width_); // giflib masks the pixels in place
    for (std::uint32_t y = 0; y < height_; ++y) {
        const auto begin = frame.indices.begin() + std::ptrdiff_t{y} * width_;
        std::copy(begin, begin + width_, row.begin());
        check_written(EGifPutLine(file_.get(), row.data(), static_cast<int>(width_)), file_.get());
    }
}

void GifWriter::add(const Pixels& frame) {
    if (!file_) {
        refuse("cannot add a frame to a finished gif");
    }
    const std::uint64_t size =
        std::uint64_t{width_} * height_ * static_cast<unsigned>(channels_of(frame.mode));
    if (frame.width != width_ || frame.height != height_ || frame.mode == PixelMode::I16 ||
        frame.bytes.size() != size) {
        refuse(concat("expected a frame of ", width_, " x ", height_,
                      " pixels of 8 bits a channel, got ", frame.width, " x ", frame.height,
                      " of mode ", quoted(to_string(frame.mode))));
    }
    const IndexedPixels indexed = quantise(frame);
    if (frames_ == 0) {
        write_head(indexed);
    }
    // A frame with alpha is removed before the next, so that transparent pixels do not show it.
    const bool has_alpha = frame.mode == PixelMode::LA || frame.mode == PixelMode::RGBA;
    write_frame(indexed, has_alpha);
    ++frames_;
}

std::string GifWriter::finish() {
    if (frames_ == 0 || !file_) {
        refuse("expected at least one frame in a gif, got none");
    }
    int error = 0;
    if (EGifCloseFile(file_.release(), &error) == GIF_ERROR) {
        const char* text = GifErrorString(error);
        refuse(concat("cannot write a gif: ", text != nullptr ? text : "unknown error"));
    }
    return std::move(*out_);
}

} // namespace vitrine
