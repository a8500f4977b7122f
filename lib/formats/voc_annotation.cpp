// SPDX-License-Identifier: MIT
#include "formats/voc_annotation.hpp"

#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <pugixml.hpp>

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

namespace vitrine {

namespace {

[[noreturn]] void fail(const std::string& message) {
    throw Error(ErrorCode::InvalidFormat, message);
}

/// Returns the text of a child, trimmed; "" if it is missing.
std::string child_text(const pugi::xml_node& node, const char* name) {
    std::string_view text = node.child_value(name);
    constexpr std::string_view space = " \t\r\n";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) {
        return {};
    }
    text = text.substr(first, text.find_last_not_of(space) - first + 1);
    if (!is_utf8(text)) {
        fail(concat("<", name, "> is not UTF-8"));
    }
    return std::string(text);
}

/// Parses a decimal number: an integer if it has no fraction and no exponent, so that 48 stays 48.
Json parse_number(const std::string& text, std::string_view what) {
    const char* begin = text.data();
    const char* end = begin + text.size();
    std::int64_t integer = 0;
    if (const auto result = std::from_chars(begin, end, integer);
        result.ec == std::errc() && result.ptr == end) {
        return integer;
    }
    double number = 0;
    const auto result = std::from_chars(begin, end, number, std::chars_format::general);
    if (result.ec != std::errc() || result.ptr != end || !std::isfinite(number)) {
        fail(concat(what, ": expected a number, got ", quoted(text)));
    }
    return number;
}

/// Parses a side of a box.
Json parse_side(const pugi::xml_node& box, const char* name) {
    const std::string what = concat("<bndbox>/<", name, ">");
    const std::string text = child_text(box, name);
    if (text.empty()) {
        fail(concat(what, " is missing"));
    }
    return parse_number(text, what);
}

/// Flags are 0 or 1 in VOC; other tools write other numbers, which are kept.
void keep_flag(Json& extra, const pugi::xml_node& object, const char* name) {
    const std::string text = child_text(object, name);
    if (!text.empty()) {
        extra[name] = parse_number(text, concat("<", name, ">"));
    }
}

void check_order(const Json& low, const Json& high, std::string_view axis) {
    if (low.get<double>() > high.get<double>()) {
        fail(concat("<bndbox>: expected ", axis, "min <= ", axis, "max, got ", render_json(low),
                    " and ", render_json(high)));
    }
}

VocObject parse_object(const pugi::xml_node& node) {
    VocObject object;
    object.name = child_text(node, "name");
    if (object.name.empty()) {
        fail("<name> is missing");
    }
    const pugi::xml_node box = node.child("bndbox");
    if (!box) {
        fail("<bndbox> is missing");
    }
    object.min_x = parse_side(box, "xmin");
    object.max_x = parse_side(box, "xmax");
    object.min_y = parse_side(box, "ymin");
    object.max_y = parse_side(box, "ymax");
    check_order(object.min_x, object.max_x, "x");
    check_order(object.min_y, object.max_y, "y");
    if (const std::string pose = child_text(node, "pose"); !pose.empty()) {
        object.extra["pose"] = pose;
    }
    for (const char* flag : {"truncated", "difficult", "occluded"}) {
        keep_flag(object.extra, node, flag);
    }
    return object;
}

/// Pictures are found by the annotation's own name; a path in <filename> could contradict it and
/// lead out of the dataset.
void check_filename(const pugi::xml_node& annotation) {
    const std::string name = child_text(annotation, "filename");
    if (name.find_first_of("/\\") != std::string::npos || name == "." || name == "..") {
        fail(concat("<filename>: expected a file name, got the path ", quoted(name)));
    }
}

} // namespace

VocAnnotation parse_voc_annotation(std::string_view xml) {
    pugi::xml_document document;
    const pugi::xml_parse_result result =
        document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!result) {
        std::string problem = result.description();
        if (!problem.empty()) {
            problem[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(problem[0])));
        }
        fail(concat("malformed XML at byte ", result.offset, ": ", problem));
    }
    const pugi::xml_node root = document.child("annotation");
    if (!root) {
        fail(concat("expected <annotation>, got <", document.document_element().name(), ">"));
    }
    check_filename(root);
    VocAnnotation annotation;
    for (const pugi::xml_node node : root.children("object")) {
        try {
            annotation.objects.push_back(parse_object(node));
        } catch (Error& error) {
            error.add_context(concat("object ", annotation.objects.size() + 1));
            throw;
        }
    }
    return annotation;
}

} // namespace vitrine
