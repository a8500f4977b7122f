// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "core/text.hpp"
#include "image/codecs.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace vitrine {

namespace {

constexpr std::array<const Codec*, 7> kCodecs = {
    &kPngCodec, &kJpegCodec, &kGifCodec, &kBmpCodec, &kWebpCodec, &kTiffCodec, &kPnmCodec,
};

const Codec& codec_of(std::span<const std::byte> data) {
    if (data.empty()) {
        throw Error(ErrorCode::InvalidFormat, "not a picture: the file is empty");
    }
    const auto found = std::find_if(kCodecs.begin(), kCodecs.end(),
                                    [&](const Codec* codec) { return codec->matches(data); });
    if (found == kCodecs.end()) {
        std::string start;
        for (const std::byte byte : data.first(std::min<std::size_t>(data.size(), 8))) {
            start.push_back(static_cast<char>(byte));
        }
        throw Error(ErrorCode::InvalidFormat,
                    concat("not a picture of a known format: it starts with ", quoted(start)));
    }
    if (!(*found)->available) {
        throw Error(ErrorCode::Unsupported,
                    concat("this build cannot read ", (*found)->name, " pictures"));
    }
    return **found;
}

} // namespace

std::span<const Codec* const> codecs() {
    return kCodecs;
}

PictureInfo probe_picture(std::span<const std::byte> data) {
    return codec_of(data).probe(data);
}

Pixels decode_picture(std::span<const std::byte> data) {
    const Codec& codec = codec_of(data);
    return codec.decode(data, codec.probe(data));
}

std::vector<std::string_view> picture_formats() {
    std::vector<std::string_view> names;
    for (const Codec* codec : kCodecs) {
        if (codec->available) {
            names.push_back(codec->name);
        }
    }
    return names;
}

void fail_damaged(std::string_view format, std::string_view what) {
    throw Error(ErrorCode::InvalidFormat, concat("damaged ", format, ": ", what));
}

void fail_unsupported(std::string_view format, std::string_view what) {
    throw Error(ErrorCode::Unsupported, concat(format, " with ", what, " is not supported"));
}

PictureInfo checked_info(std::string_view format, std::uint64_t width, std::uint64_t height,
                         PixelMode mode) {
    if (width == 0 || height == 0) {
        throw Error(ErrorCode::InvalidFormat,
                    concat(format, " picture without pixels: ", width, " x ", height));
    }
    if (width > kMaxPictureDimension || height > kMaxPictureDimension) {
        throw Error(ErrorCode::InvalidFormat,
                    concat(format, " picture of ", width, " x ", height,
                           " pixels: expected at most ", kMaxPictureDimension, " a side"));
    }
    const std::uint64_t bytes = width * height * pixel_size(mode);
    if (bytes > kMaxPictureBytes) {
        throw Error(ErrorCode::InvalidFormat,
                    concat(format, " picture of ", width, " x ", height, " pixels needs ", bytes,
                           " bytes: expected at most ", kMaxPictureBytes));
    }
    return {format, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), mode};
}

void check_expansion(const PictureInfo& info, std::uint64_t expanded, std::uint64_t compressed,
                     std::uint64_t most) {
    if (expanded / most > compressed) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("truncated ", info.format, ": its header claims ", info.width, " x ",
                           info.height, " pixels, which ", compressed,
                           " bytes of data cannot hold"));
    }
}

std::size_t pixel_size(PixelMode mode) {
    return mode == PixelMode::I16 ? 2 : static_cast<std::size_t>(channels_of(mode));
}

Pixels blank_pixels(const PictureInfo& info) {
    const std::size_t size = std::size_t{info.width} * info.height * pixel_size(info.mode);
    return {info.width, info.height, info.mode, std::vector<std::uint8_t>(size)};
}

} // namespace vitrine
