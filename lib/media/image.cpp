// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>

#include "core/file_system.hpp"
#include "core/refuse.hpp"
#include "core/text.hpp"
#include "media/image_body.hpp"
#include "media/json_fields.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace vitrine {

namespace {

/// The extension without its dot: "png" of ".png".
std::string format_of(const MediaFile& file) {
    const std::string extension = file.extension();
    return extension.empty() ? extension : extension.substr(1);
}

template <class Groups>
Groups named_groups(const Groups& groups, std::string_view what) {
    Groups named;
    named.reserve(groups.size());
    std::set<std::string_view> names;
    for (const auto& [name, group] : groups) {
        if (!names.insert(name).second) {
            refuse(concat("two groups of ", what, " are named ", quoted(name)));
        }
        named.emplace_back(name, group.with_key(name));
    }
    return named;
}

PixelMode mode_named(std::string_view name) {
    for (const PixelMode mode : {PixelMode::L, PixelMode::LA, PixelMode::RGB, PixelMode::RGBA}) {
        if (to_string(mode) == name) {
            return mode;
        }
    }
    refuse(concat("expected mode 'L', 'LA', 'RGB' or 'RGBA', got ", quoted(name)));
}

bool is_blue_first(ChannelOrder order) {
    return order == ChannelOrder::bgr || order == ChannelOrder::bgra;
}

PixelMode mode_of(ChannelOrder order) {
    return order == ChannelOrder::rgb || order == ChannelOrder::bgr ? PixelMode::RGB
                                                                    : PixelMode::RGBA;
}

PixelMode mode_of(const ArrayView& array, const ImageOptions& options) {
    if (options.mode && !options.mode->empty()) {
        return mode_named(*options.mode);
    }
    return options.channels ? mode_of(*options.channels) : guess_mode(array);
}

/// Throws unless the array's last dimension holds the channels of the mode.
void check_shape(const ArrayView& array, PixelMode mode) {
    const auto channels = static_cast<std::size_t>(channels_of(mode));
    const auto shape = array.shape();
    const bool fits = channels == 1 ? shape.size() == 2 || (shape.size() == 3 && shape[2] == 1)
                                    : shape.size() == 3 && shape[2] == channels;
    if (!fits) {
        refuse(
            concat("un-supported shape for image conversion ", array.shape_text(), ": mode ",
                   to_string(mode), " needs ",
                   channels == 1 ? "[height, width]" : concat("[height, width, ", channels, "]")));
    }
    for (const std::size_t side : {shape[0], shape[1]}) {
        if (side == 0 || side > Image::MAX_DIMENSION) {
            refuse(concat("expected an image of 1 to ", Image::MAX_DIMENSION,
                          " pixels a side, got the shape ", array.shape_text()));
        }
    }
}

void check_channel_order(PixelMode mode, ChannelOrder order) {
    if (mode != mode_of(order)) {
        refuse(concat("expected ", channels_of(mode_of(order)),
                      " channels for the given order, got ", "a picture of mode ",
                      to_string(mode)));
    }
}

Pixels pixels_of(const ArrayView& data, const ImageOptions& options) {
    // W&B squeezes, so that 1 x W x 3 is a grey picture. An array with a given channel order has a
    // channel dimension, which must stay.
    const bool squeeze = data.shape().size() > 2 && !options.channels;
    const ArrayView array = squeeze ? data.squeezed() : data;
    Pixels pixels;
    pixels.mode = mode_of(array, options);
    check_shape(array, pixels.mode);
    pixels.width = static_cast<std::uint32_t>(array.shape()[1]);
    pixels.height = static_cast<std::uint32_t>(array.shape()[0]);
    pixels.bytes = to_uint8(array);
    return pixels;
}

void check_pixels(const Pixels& pixels) {
    const std::uint64_t expected = std::uint64_t{pixels.width} * pixels.height *
                                   static_cast<unsigned>(channels_of(pixels.mode)) *
                                   (pixels.mode == PixelMode::I16 ? 2U : 1U);
    if (pixels.bytes.size() != expected) {
        refuse(concat("expected ", expected, " bytes for ", pixels.width, " x ", pixels.height,
                      " pixels of mode ", to_string(pixels.mode), ", got ", pixels.bytes.size()));
    }
}

} // namespace

Image::Body Image::Body::from_options(const ImageOptions& options) {
    Body body;
    body.caption = options.caption;
    body.grouping = options.grouping;
    body.classes = options.classes;
    body.boxes = named_groups(options.boxes, "boxes");
    body.masks = named_groups(options.masks, "masks");
    return body;
}

Image::Image(MediaFile file, std::shared_ptr<const Body> body)
    : Media(std::move(file)), body_(std::move(body)) {}

Image Image::load(const std::filesystem::path& path, const ImageOptions& options) {
    Body body = Body::from_options(options);
    auto [file, bytes] = MediaFile::load(path);
    try {
        const PictureInfo info = probe_picture(as_bytes(bytes));
        body.width = info.width;
        body.height = info.height;
    } catch (Error& error) {
        error.add_context(concat("reading image ", quoted(path.string())));
        throw;
    }
    body.format = format_of(file);
    return {std::move(file), std::make_shared<const Body>(std::move(body))};
}

Image Image::from_bytes(std::string bytes, const ImageOptions& options) {
    Body body = Body::from_options(options);
    const PictureInfo info = probe_picture(as_bytes(bytes));
    body.width = info.width;
    body.height = info.height;
    body.format = info.format;
    MediaFile file = MediaFile::from_bytes(std::move(bytes), "." + body.format);
    return {std::move(file), std::make_shared<const Body>(std::move(body))};
}

Image Image::encode(const Pixels& pixels, const ImageOptions& options) {
    Body body = Body::from_options(options);
    body.width = pixels.width;
    body.height = pixels.height;
    body.format = "png";
    std::string png;
    if (options.channels) {
        check_channel_order(pixels.mode, *options.channels);
        png = encode_png(is_blue_first(*options.channels) ? swap_red_and_blue(pixels) : pixels);
    } else {
        png = encode_png(pixels);
    }
    return {MediaFile::from_bytes(std::move(png), ".png"),
            std::make_shared<const Body>(std::move(body))};
}

Image Image::copy(const Image& other, const ImageOptions& options) {
    Body body = Body::from_options(options);
    const Body& from = *other.body_;
    body.width = from.width;
    body.height = from.height;
    body.format = from.format;
    if (body.caption.is_null()) {
        body.caption = from.caption;
    }
    if (body.grouping.is_null()) {
        body.grouping = from.grouping;
    }
    if (!body.classes) {
        body.classes = from.classes;
    }
    return {other.file(), std::make_shared<const Body>(std::move(body))};
}

Image::Image(const std::filesystem::path& path, const ImageOptions& options)
    : Image(load(path, options)) {}

Image::Image(const ArrayView& data, const ImageOptions& options)
    : Image(encode(pixels_of(data, options), options)) {}

Image::Image(const Pixels& pixels, const ImageOptions& options)
    : Image([&] {
          check_pixels(pixels);
          return options.mode && !options.mode->empty()
                     ? encode(convert(pixels, mode_named(*options.mode)), options)
                     : encode(pixels, options);
      }()) {}

Image::Image(const Image& other, const ImageOptions& options) : Image(copy(other, options)) {}

std::uint32_t Image::width() const noexcept {
    return body_->width;
}

std::uint32_t Image::height() const noexcept {
    return body_->height;
}

const std::string& Image::format() const noexcept {
    return body_->format;
}

const Json& Image::caption() const noexcept {
    return body_->caption;
}

const Json& Image::grouping() const noexcept {
    return body_->grouping;
}

const std::optional<Classes>& Image::classes() const noexcept {
    return body_->classes;
}

const BoxGroups& Image::boxes() const noexcept {
    return body_->boxes;
}

const MaskGroups& Image::masks() const noexcept {
    return body_->masks;
}

Pixels Image::pixels() const {
    Pixels pixels = decode_picture(as_bytes(read_file()));
    if (pixels.width != width() || pixels.height != height()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected a picture of ", width(), " x ", height(), " pixels, got ",
                           pixels.width, " x ", pixels.height));
    }
    return pixels;
}

Pixels Image::pixels(ChannelOrder order) const {
    Pixels decoded = pixels();
    Pixels colour =
        decoded.mode == mode_of(order) ? std::move(decoded) : convert(decoded, mode_of(order));
    return is_blue_first(order) ? swap_red_and_blue(std::move(colour)) : colour;
}

namespace {

bool same_classes(const std::optional<Classes>& a, const std::optional<Classes>& b) {
    return a && b ? a->equals(*b) : a.has_value() == b.has_value();
}

} // namespace

bool Image::equals(const Value& other) const {
    const auto* image = dynamic_cast<const Image*>(&other);
    if (image == nullptr) {
        return false;
    }
    return width() == image->width() && height() == image->height() &&
           same_note(caption(), image->caption()) && same_note(grouping(), image->grouping()) &&
           same_classes(classes(), image->classes()) &&
           (sha256() == image->sha256() || pixels() == image->pixels());
}

std::string Image::with_suffix(std::string_view name, std::string_view filetype) {
    return vitrine::with_suffix(name, artifact_type, filetype);
}

} // namespace vitrine
