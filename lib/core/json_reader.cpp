// SPDX-License-Identifier: MIT
// Reads JSON into memory, and finds members of a text without reading all of it.
#include <vitrine/core/error.hpp>

#include "core/json_scanner.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

using Members = std::vector<std::pair<std::string, Json>>;

/// Keeps the last value of each key, at the position of the first.
void merge_duplicates(Members& members) {
    std::unordered_map<std::string_view, std::size_t> positions;
    positions.reserve(members.size());
    std::vector<bool> superseded(members.size(), false);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto [found, is_new] = positions.try_emplace(members[i].first, i);
        if (!is_new) {
            members[found->second].second = std::move(members[i].second);
            superseded[i] = true;
        }
    }
    Members kept;
    kept.reserve(positions.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!superseded[i]) {
            kept.push_back(std::move(members[i]));
        }
    }
    members = std::move(kept);
}

bool has_duplicates(const Members& members) {
    std::vector<std::string_view> keys;
    keys.reserve(members.size());
    for (const auto& member : members) {
        keys.push_back(member.first);
    }
    std::ranges::sort(keys);
    return std::ranges::adjacent_find(keys) != keys.end();
}

Json make_object(Members&& members) {
    if (has_duplicates(members)) {
        merge_duplicates(members);
    }
    // Appended as to a vector: the object's own insertion looks every key up among all before it.
    Json object = Json::object();
    auto& target = object.get_ref<Json::object_t&>();
    target.reserve(members.size());
    for (auto& [key, value] : members) {
        target.emplace_back(std::move(key), std::move(value));
    }
    return object;
}

/// Whether a number outside the range of a double is above it, and not too near to zero.
bool is_large(std::string_view number) {
    const std::size_t e = std::min(number.find_first_of("eE"), number.size());
    const std::size_t point = std::min(number.find('.'), e);
    const std::size_t first = number.find_first_of("123456789");
    // Digits of the mantissa are counted in the text, so the sum cannot overflow 64 bits.
    const auto shift = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
    if (e == number.size()) {
        return shift > 0;
    }
    std::string_view power = number.substr(e + 1);
    const bool negative = power.front() == '-';
    if (negative || power.front() == '+') {
        power.remove_prefix(1);
    }
    std::int32_t exponent = std::numeric_limits<std::int32_t>::max();
    const auto result = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (result.ec != std::errc()) {
        return !negative;
    }
    return shift + (negative ? -std::int64_t{exponent} : std::int64_t{exponent}) > 0;
}

/// The nearest double; what is too large is infinite and what is too small zero, as in Python.
double float_of(std::string_view number) {
    double value = 0;
    const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
    if (result.ec == std::errc()) {
        return value;
    }
    const double size = is_large(number) ? std::numeric_limits<double>::infinity() : 0.0;
    return number.front() == '-' ? -size : size;
}

Json integer_of(std::string_view number) {
    std::int64_t value = 0;
    const char* end = number.data() + number.size();
    const auto result = std::from_chars(number.data(), end, value);
    if (result.ec != std::errc()) {
        return big_integer(number);
    }
    return value < 0 ? Json(value) : Json(static_cast<std::uint64_t>(value));
}

} // namespace

Json JsonScanner::read_number() {
    mark_ = cursor_;
    const bool is_float = skip_number();
    const std::string_view text =
        std::string_view(mark_, static_cast<std::size_t>(cursor_ - mark_));
    mark_ = nullptr;
    if (text.back() == 'y') {
        return -std::numeric_limits<double>::infinity();
    }
    return is_float ? Json(float_of(text)) : integer_of(text);
}

Json JsonScanner::read_value(std::size_t depth) {
    const char first = peek();
    switch (first) {
    case '{':
        return read_object(enter(depth));
    case '[':
        return read_array(enter(depth));
    case '"':
        return std::string(read_string());
    default:
        return begins_number(first) ? read_number() : read_word();
    }
}

Json JsonScanner::read_array(std::size_t depth) {
    ++cursor_;
    Json array = Json::array();
    auto& items = array.get_ref<Json::array_t&>();
    if (take(']')) {
        return array;
    }
    for (;;) {
        items.push_back(read_value(depth));
        if (take(']')) {
            return array;
        }
        if (!take_here(',')) {
            fail("expected ',' or ']'");
        }
    }
}

Json JsonScanner::read_object(std::size_t depth) {
    ++cursor_;
    Members members;
    if (take('}')) {
        return Json::object();
    }
    for (;;) {
        std::string key(read_key());
        members.emplace_back(std::move(key), read_value(depth));
        if (take('}')) {
            return make_object(std::move(members));
        }
        if (!take_here(',')) {
            fail("expected ',' or '}'");
        }
    }
}

void visit_json_strings(std::istream& json, const JsonStringVisitor& visit) {
    JsonScanner scanner(json);
    scanner.visit_strings(visit);
    scanner.expect_end();
}

std::string type_in_json(std::istream& json, std::string_view member) {
    JsonScanner scanner(json);
    std::string type;
    const auto skip = [&] { scanner.visit_strings([](std::string_view, std::string_view) {}); };
    if (scanner.peek() != '{') {
        skip();
    } else {
        scanner.expect('{');
        for (bool more = !scanner.take('}'); more; more = !scanner.take('}')) {
            const bool is_type = scanner.read_key() == member;
            if (is_type && scanner.peek() == '"') {
                type = scanner.read_string();
            } else {
                skip();
            }
            if (scanner.peek() != '}') {
                scanner.expect(',');
                if (scanner.peek() != '"') {
                    scanner.fail("expected a key in double quotes");
                }
            }
        }
    }
    scanner.expect_end();
    return type;
}

Json parse_json(std::string_view text) {
    JsonScanner scanner(text);
    Json value = scanner.read_value();
    scanner.expect_end();
    return value;
}

} // namespace vitrine
