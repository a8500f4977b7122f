// SPDX-License-Identifier: MIT
// Images, with their boxes, masks and classes.
#include <vitrine/media/image.hpp>
#include <vitrine/table/table.hpp>

#include "golden/npy.hpp"
#include "golden/value_kinds.hpp"
#include "golden/world.hpp"

namespace vitrine::golden {

namespace {

void refuse_unless_object(const Json& recorded, const char* what) {
    if (!recorded.is_object()) {
        throw NotExpressible{std::string(what) + " that are no dictionary: C++ takes a typed list"};
    }
}

/// Class labels under text keys: Python distinguishes 1 from "1", a JSON object cannot.
void refuse_text_keys(const Json& dictionary) {
    if (dictionary.is_object() && dictionary.contains("class_labels") &&
        !is_tag(dictionary.at("class_labels"), "$dict") &&
        dictionary.at("class_labels").is_object() && !dictionary.at("class_labels").empty()) {
        throw NotExpressible{"text keys in class labels, which are JSON's only keys"};
    }
}

void refuse_number_keys(const Json& boxes) {
    if (!boxes.is_array()) {
        return;
    }
    for (const auto& box : boxes) {
        if (box.is_object() && box.contains("scores") && is_tag(box.at("scores"), "$dict")) {
            throw NotExpressible{"number keys in scores: JSON's keys are text"};
        }
    }
}

BoundingBoxes2D make_boxes(const Json& dictionary, const std::string& key) {
    refuse_text_keys(dictionary);
    if (dictionary.is_object() && dictionary.contains("box_data")) {
        refuse_number_keys(dictionary.at("box_data"));
    }
    return BoundingBoxes2D(plain(dictionary), key);
}

/// The labels {"$dict": [[1, "tree"]]}, or nothing if they are not of that form.
std::optional<std::vector<ClassLabel>> typed_labels(const Json& dictionary) {
    std::vector<ClassLabel> labels;
    if (!dictionary.contains("class_labels")) {
        return labels;
    }
    const Json& recorded = dictionary.at("class_labels");
    if (!is_tag(recorded, "$dict")) {
        return std::nullopt;
    }
    for (const auto& item : recorded.at("$dict")) {
        if (!item.at(0).is_number_integer() || !item.at(1).is_string()) {
            return std::nullopt;
        }
        labels.push_back({item.at(0).get<std::int64_t>(), item.at(1).get<std::string>()});
    }
    return labels;
}

ImageMask make_mask(const World& world, const Json& dictionary, const std::string& key) {
    refuse_text_keys(dictionary);
    const bool array = dictionary.is_object() && dictionary.contains("mask_data") &&
                       is_tag(dictionary.at("mask_data"), "$npy");
    if (!array) {
        return ImageMask(plain(dictionary), key);
    }
    const Array data(world.golden.input / dictionary.at("mask_data").at("$npy").get<std::string>());
    if (const auto labels = typed_labels(dictionary)) {
        return ImageMask(data.view(), *labels).with_key(key);
    }
    Json with_rows = dictionary;
    with_rows["mask_data"] = data.rows();
    return ImageMask(plain(with_rows), key);
}

std::optional<Classes> make_classes(const World& world, const Json& recorded) {
    if (recorded.is_null()) {
        return std::nullopt;
    }
    return is_tag(recorded, "$value") ? world.value_as<Classes>(recorded.at("$value"))
                                      : Classes(plain(recorded));
}

ImageOptions image_options(const World& world, const Json& kwargs) {
    ImageOptions options;
    for (const auto& [key, value] : kwargs.items()) {
        if (key == "caption") {
            options.caption = plain(value);
        } else if (key == "grouping") {
            options.grouping = plain(value);
        } else if (key == "mode") {
            options.mode = value.get<std::string>();
        } else if (key == "classes") {
            options.classes = make_classes(world, value);
        } else if (key == "boxes") {
            refuse_unless_object(value, "boxes");
            for (const auto& [group, boxes] : value.items()) {
                options.boxes.emplace_back(group, make_boxes(boxes, group));
            }
        } else if (key == "masks") {
            refuse_unless_object(value, "masks");
            for (const auto& [group, mask] : value.items()) {
                options.masks.emplace_back(group, make_mask(world, mask, group));
            }
        } else {
            throw std::runtime_error("unknown argument of Image: " + key);
        }
    }
    return options;
}

/// Image(Pillow image): the pixels of the file, where vitrine has Pillow's mode.
Image image_of_pillow(const World& world, const Json& step, const ImageOptions& options) {
    const auto path = step.at("args").at(0).at("$pil").get<std::string>();
    const std::set<std::string> modes = {"L", "LA", "RGB", "RGBA", "I"};
    const std::string mode = step.contains("image")
                                 ? step.at("image").at("pil_mode").get<std::string>()
                                 : std::string("CMYK");
    if (!modes.contains(mode)) {
        throw NotExpressible{"a picture of Pillow's mode '" + mode + "'"};
    }
    return Image(Image(world.golden.input / path).pixels(), options);
}

/// A Pillow mode that vitrine does not have. If the SDK fails for it, vitrine must fail too.
void refuse_other_modes(const Json& step) {
    const std::set<std::string> modes = {"", "L", "LA", "RGB", "RGBA"};
    const Json kwargs = step.value("kwargs", Json::object());
    if (kwargs.contains("mode") && !step.contains("error") &&
        !modes.contains(kwargs.at("mode").get<std::string>())) {
        throw NotExpressible{"Pillow's mode '" + kwargs.at("mode").get<std::string>() + "'"};
    }
}

Image make_image(const World& world, const Json& step) {
    const Json& data = step.at("args").at(0);
    refuse_other_modes(step);
    const ImageOptions options = image_options(world, step.value("kwargs", Json::object()));
    if (is_tag(data, "$npy")) {
        const Array array(world.golden.input / data.at("$npy").get<std::string>());
        return Image(array.view(), options);
    }
    if (is_tag(data, "$value")) {
        return Image(world.value_as<Image>(data.at("$value")), options);
    }
    if (is_tag(data, "$cell")) {
        const Json& cell_of = data.at("$cell");
        const Cell cell =
            world.value_as<Table>(cell_of.at(0))
                .cell(cell_of.at(1).get<std::size_t>(), cell_of.at(2).get<std::size_t>());
        return Image(dynamic_cast<const Image&>(*cell.value()), options);
    }
    if (is_tag(data, "$pil")) {
        return image_of_pillow(world, step, options);
    }
    if (!data.is_string()) {
        throw NotExpressible{"a picture of Python's type " + std::string(data.type_name())};
    }
    return Image(std::filesystem::path(data.get<std::string>()), options);
}

void check_picture(const Image& image, const Json& recorded) {
    CHECK(image.width() == recorded.at("width").get<std::uint32_t>());
    CHECK(image.height() == recorded.at("height").get<std::uint32_t>());
    CHECK(image.format() == recorded.at("format").get<std::string>());
}

void check_made_image(World& world, const Json& step, const Value& value) {
    const auto& image = dynamic_cast<const Image&>(value);
    if (step.contains("image")) {
        check_picture(image, step.at("image"));
    }
    if (step.contains("default_class_labels")) {
        check_same(image.masks().at(0).second.class_labels(),
                   plain(step.at("default_class_labels")), "default class labels");
    }
    if (step.contains("mask_pixels")) {
        const Json& recorded = step.at("mask_pixels");
        const auto pixels = image.masks().at(0).second.pixels();
        const auto expected = read_file(world.golden.data / recorded.at("file").get<std::string>());
        CHECK(pixels.height == recorded.at("shape").at(0).get<std::uint32_t>());
        CHECK(pixels.width == recorded.at("shape").at(1).get<std::uint32_t>());
        CHECK(std::string(pixels.bytes.begin(), pixels.bytes.end()) == expected);
        ++world.report.pictures_compared;
    }
}

/// Compares groups of a restored image with {group: {...}}; null if it has none.
template <class Groups, class Check>
void check_groups(const Groups& groups, const Json& recorded, const Check& check) {
    REQUIRE(groups.size() == (recorded.is_null() ? 0 : recorded.size()));
    for (const auto& item : groups) {
        const std::string& name = item.first;
        const auto& group = item.second;
        INFO("the group ", name);
        REQUIRE(recorded.contains(name));
        check(group, recorded.at(name));
        CHECK(group.key() == recorded.at(name).at("key").template get<std::string>());
    }
}

void check_restored_image(World& world, const Json& recorded, const Value& value) {
    const auto& image = dynamic_cast<const Image&>(value);
    check_picture(image, recorded);
    check_same(image.caption(), recorded.at("caption"), "caption");
    check_same(image.grouping(), recorded.at("grouping"), "grouping");
    check_same(image.classes() ? image.classes()->class_set() : Json(nullptr),
               recorded.at("classes"), "classes");
    check_groups(image.boxes(), recorded.at("boxes"),
                 [](const BoundingBoxes2D& boxes, const Json& group) {
                     check_same(boxes.box_data(), group.at("box_data"), "box data");
                     check_same(boxes.class_labels(), plain(group.at("class_labels")), "labels");
                 });
    check_groups(image.masks(), recorded.at("masks"),
                 [&](const ImageMask& mask, const Json& group) {
                     const auto theirs = group.at("sha256").get<std::string>();
                     CHECK(mask.sha256().hex() == world.substitutions.digest(theirs));
                 });
}

void check_restored_classes(World&, const Json& recorded, const Value& value) {
    check_same(dynamic_cast<const Classes&>(value).class_set(), recorded.at("class_set"),
               "class set");
}

Json call_image(World& world, const Json& step) {
    const auto method = step.at("method").get<std::string>();
    const Json& args = step.at("args");
    const auto images = listed<Image>(world, args.at(0));
    if (method == "all_captions") {
        return Image::all_captions(images);
    }
    if (method == "captions") {
        return Image::captions(images);
    }
    if (method == "all_boxes") {
        return Image::all_boxes(images, run_of(world, args.at(1)), args.at(2), args.at(3));
    }
    if (method == "all_masks") {
        return Image::all_masks(images, run_of(world, args.at(1)), args.at(2), args.at(3));
    }
    if (method == "seq_to_json") {
        return Image::seq_to_json(images, run_of(world, args.at(1)), args.at(2), args.at(3));
    }
    throw std::runtime_error("no such method: " + method);
}

constexpr ValueKind kImageKinds[] = {
    {"Image",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<Image>(make_image(world, step));
     },
     check_made_image, check_restored_image, call_image},
    {"Classes",
     [](World&, const Json& step) -> ValuePointer {
         return std::make_shared<Classes>(plain(step.at("args").at(0)));
     },
     nullptr, check_restored_classes},
    {"BoundingBoxes2D",
     [](World&, const Json& step) -> ValuePointer {
         const Json& args = step.at("args");
         return std::make_shared<BoundingBoxes2D>(make_boxes(args.at(0), args.at(1)));
     },
     nullptr, nullptr},
    {"ImageMask",
     [](World& world, const Json& step) -> ValuePointer {
         const Json& args = step.at("args");
         return std::make_shared<ImageMask>(make_mask(world, args.at(0), args.at(1)));
     },
     nullptr, nullptr},
};

} // namespace

std::span<const ValueKind> image_kinds() {
    return kImageKinds;
}

} // namespace vitrine::golden
