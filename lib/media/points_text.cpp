// SPDX-License-Identifier: MIT
#include "media/points_text.hpp"

#include <vitrine/core/error.hpp>

#include "core/json_scanner.hpp"
#include "core/text.hpp"
#include "image/elements.hpp"
#include "media/json_fields.hpp"

#include <array>
#include <charconv>
#include <type_traits>
#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kSceneType = "lidar/beta";

bool is_column_count(std::size_t columns) {
    return columns == 3 || columns == 4 || columns == 6;
}

template <class Stored>
void append_element(std::string& out, const std::byte* element) {
    const auto number = read_element<Stored>(element);
    if constexpr (std::is_same_v<Stored, StoredBool>) {
        out += number != 0 ? "true" : "false";
    } else if constexpr (std::is_floating_point_v<decltype(number)>) {
        out += python_float(static_cast<double>(number));
    } else {
        std::array<char, 24> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
        out.append(buffer.data(), end);
    }
}

void new_line(std::string& out, std::size_t depth) {
    out += '\n';
    out.append(depth * static_cast<std::size_t>(kPointsJson.indent), ' ');
}

/// Appends a list of points that is nested in `depth` lists or objects.
template <class Stored>
void append_points(std::string& out, const ArrayView& points, std::size_t depth) {
    const std::size_t columns = points.shape()[1];
    const std::byte* row = points.data();
    out += '[';
    for (std::size_t y = 0; y < points.shape()[0]; ++y, row += points.strides()[0]) {
        out += y == 0 ? "" : ",";
        new_line(out, depth + 1);
        out += '[';
        const std::byte* element = row;
        for (std::size_t x = 0; x < columns; ++x, element += points.strides()[1]) {
            out += x == 0 ? "" : ",";
            new_line(out, depth + 2);
            append_element<Stored>(out, element);
        }
        new_line(out, depth + 1);
        out += ']';
    }
    if (points.shape()[0] > 0) {
        new_line(out, depth);
    }
    out += ']';
}

void append_points(std::string& out, const ArrayView& points, std::size_t depth) {
    const auto shape = points.shape();
    if (shape.size() != 2 || !is_column_count(shape[1])) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected points of the shape [n, 3] (x, y, z), [n, 4] (and a category) "
                           "or [n, 6] (and red, green, blue), got ",
                           points.shape_text()));
    }
    with_stored_type(points.dtype(),
                     [&](auto stored) { append_points<decltype(stored)>(out, points, depth); });
}

void check_list(const Json& value, std::string_view name) {
    if (!value.is_array()) {
        throw Error(ErrorCode::InvalidArgument, expected_message(name, "a list", value));
    }
}

void check_points(const Json& points) {
    check_list(points, "points");
    std::size_t index = 0;
    for (const Json& point : points) {
        const auto fail = [&](const auto&... what) {
            throw Error(ErrorCode::InvalidArgument, concat("point ", index, ": ", what...));
        };
        if (!point.is_array() || !is_column_count(point.size()) ||
            point.size() != points.front().size()) {
            fail("expected a list of 3, 4 or 6 numbers, as many as in the other points");
        }
        for (const Json& number : point) {
            if (!number.is_number() && !number.is_boolean()) {
                fail(expected_message("point", "numbers", number));
            }
        }
        ++index;
    }
}

} // namespace

std::string points_text(const ArrayView& points) {
    std::string text;
    append_points(text, points, 0);
    return text;
}

std::string scene_text(const LidarScene& scene) {
    check_list(scene.boxes, "boxes");
    check_list(scene.vectors, "vectors");
    // In the order of the keys, the points come between the boxes and the rest; only they may be
    // large.
    std::string text = render_json(Json{{"boxes", scene.boxes}}, kPointsJson);
    text.resize(text.size() - 2); // without "\n}"
    text += ",\n    \"points\":";
    if (scene.points) {
        append_points(text, *scene.points, 1);
    } else {
        text += "[]";
    }
    const Json rest{{"type", kSceneType}, {"vectors", scene.vectors}};
    return text + "," + render_json(rest, kPointsJson).substr(1); // without "{"
}

std::string scene_text(const Json& scene) {
    const auto type = scene.is_object() ? scene.find("type") : scene.end();
    if (type == scene.end()) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("expected an object with a 'type' for a scene, got ", scene.type_name()));
    }
    if (*type != Json(kSceneType)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a scene of type ", quoted(kSceneType), ", got ",
                           type->is_string() ? quoted(type->get_ref<const std::string&>())
                                             : std::string(type->type_name())));
    }
    Json known = Json::object();
    known["type"] = kSceneType;
    for (const char* name : {"vectors", "points", "boxes"}) {
        const auto list = scene.find(name);
        known[name] = list == scene.end() ? Json::array() : *list;
        check_list(known[name], name);
    }
    check_points(known["points"]);
    return render_json(known, kPointsJson);
}

namespace {

/// Parses an integer of many digits. Throws: InvalidFormat if a double cannot hold it.
double read_big_integer(const std::string& digits) {
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("'points': expected numbers that a double holds, got an integer of ",
                           digits.size(), " digits"));
    }
    return number;
}

/// Reads a number of a point; true and false are 1 and 0.
double read_number(JsonScanner& scanner) {
    const char next = scanner.peek();
    if (next == '[' || next == '{' || next == '"') {
        scanner.fail("expected a number");
    }
    const Json value = scanner.read_value();
    if (value.is_boolean()) {
        return value.get<bool>() ? 1 : 0;
    }
    if (is_big_integer(value)) {
        return read_big_integer(integer_text(value));
    }
    if (!value.is_number()) {
        throw Error(ErrorCode::InvalidFormat, expected_message("points", "numbers", value));
    }
    return value.get<double>();
}

void read_point(JsonScanner& scanner, PointCloud& cloud) {
    const std::size_t before = cloud.values.size();
    const std::size_t index = cloud.size();
    scanner.expect('[');
    do {
        cloud.values.push_back(read_number(scanner));
    } while (scanner.take(','));
    scanner.expect(']');
    const std::size_t columns = cloud.values.size() - before;
    if (!is_column_count(columns) || (cloud.columns != 0 && columns != cloud.columns)) {
        throw Error(
            ErrorCode::InvalidFormat,
            concat("point ", index, ": expected ",
                   cloud.columns == 0 ? std::string("3, 4 or 6") : std::to_string(cloud.columns),
                   " numbers, got ", columns));
    }
    cloud.columns = columns;
}

PointCloud read_point_list(JsonScanner& scanner) {
    PointCloud cloud;
    scanner.expect('[');
    if (scanner.take(']')) {
        return cloud;
    }
    do {
        read_point(scanner, cloud);
    } while (scanner.take(','));
    scanner.expect(']');
    return cloud;
}

/// Calls `use` at the start of the value of member `name`; skips the other members.
template <class Use>
void visit_member(JsonScanner& scanner, std::string_view name, const Use& use) {
    scanner.expect('{');
    if (!scanner.take('}')) {
        do {
            if (scanner.read_key() == name) {
                use();
            } else {
                scanner.skip_value();
            }
        } while (scanner.take(','));
        scanner.expect('}');
    }
}

} // namespace

PointCloud read_points(std::string_view text) {
    JsonScanner scanner(text);
    PointCloud cloud;
    if (scanner.peek() == '{') {
        visit_member(scanner, "points", [&] { cloud = read_point_list(scanner); });
    } else {
        cloud = read_point_list(scanner);
    }
    scanner.expect_end();
    return cloud;
}

Json read_scene_list(std::string_view text, std::string_view name) {
    JsonScanner scanner(text);
    Json list = Json::array();
    if (scanner.peek() != '{') {
        scanner.skip_value();
    } else {
        visit_member(scanner, name, [&] { list = scanner.read_value(); });
    }
    scanner.expect_end();
    if (!list.is_array()) {
        throw Error(ErrorCode::InvalidFormat, expected_message(name, "a list", list));
    }
    return list;
}

} // namespace vitrine
