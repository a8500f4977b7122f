// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

using Members = std::vector<std::pair<std::string, Json>>;

/// Keeps of each key the last value, at the place of the first.
void merge_duplicates(Members& members) {
    std::unordered_map<std::string_view, std::size_t> places;
    places.reserve(members.size());
    std::vector<bool> superseded(members.size(), false);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto [found, is_new] = places.try_emplace(members[i].first, i);
        if (!is_new) {
            members[found->second].second = std::move(members[i].second);
            superseded[i] = true;
        }
    }
    Members kept;
    kept.reserve(places.size());
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

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Json read() {
        if (text_.starts_with("\xef\xbb\xbf")) {
            fail("unexpected byte order mark");
        }
        if (const std::size_t good = utf8_prefix(text_); good < text_.size()) {
            offset_ = good;
            fail("expected UTF-8");
        }
        skip_space();
        Json value = read_value(0);
        skip_space();
        if (!at_end()) {
            fail("expected the end of the text");
        }
        return value;
    }

private:
    bool at_end() const { return offset_ == text_.size(); }

    /// The character at hand; NUL at the end, which no rule expects.
    char peek() const { return at_end() ? '\0' : text_[offset_]; }

    bool take(char c) {
        if (at_end() || text_[offset_] != c) {
            return false;
        }
        ++offset_;
        return true;
    }

    bool take(std::string_view word) {
        if (!text_.substr(offset_).starts_with(word)) {
            return false;
        }
        offset_ += word.size();
        return true;
    }

    void skip_space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            ++offset_;
        }
    }

    std::string_view rest() const { return text_.substr(offset_); }

    /// What stands at the place of an error.
    std::string found() const {
        if (at_end()) {
            return "the end of the text";
        }
        const CodePoint point = decode_utf8(text_, offset_);
        return quoted(text_.substr(offset_, std::max<std::size_t>(point.length, 1)));
    }

    [[noreturn]] void fail(std::string_view what) const { fail_at(offset_, what, found()); }

    [[noreturn]] void fail_at(std::size_t offset, std::string_view what,
                              const std::string& got) const {
        const std::string_view before = text_.substr(0, offset);
        const auto line = std::ranges::count(before, '\n') + 1;
        const std::size_t line_start = before.rfind('\n') + 1; // npos + 1 is 0
        const auto column = std::ranges::count_if(before.substr(line_start), [](char c) {
            return (static_cast<std::uint8_t>(c) & 0xc0U) != 0x80U;
        });
        throw Error(ErrorCode::InvalidFormat, concat("invalid JSON at line ", line, " column ",
                                                     column + 1, ": ", what, ", got ", got));
    }

    Json read_value(std::size_t depth) {
        switch (peek()) {
        case '{':
            return read_object(enter(depth));
        case '[':
            return read_array(enter(depth));
        case '"':
            return read_string();
        default:
            return is_digit(peek()) || peek() == '-' ? read_number() : read_word();
        }
    }

    std::size_t enter(std::size_t depth) const {
        if (depth == kMaxJsonDepth) {
            fail(concat("expected at most ", kMaxJsonDepth, " levels"));
        }
        return depth + 1;
    }

    Json read_word() {
        if (take("null")) {
            return nullptr;
        }
        if (take("true")) {
            return true;
        }
        if (take("false")) {
            return false;
        }
        if (take("NaN")) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        if (take("Infinity")) {
            return std::numeric_limits<double>::infinity();
        }
        fail("expected a value");
    }

    Json read_array(std::size_t depth) {
        ++offset_;
        Json array = Json::array();
        auto& items = array.get_ref<Json::array_t&>();
        skip_space();
        if (take(']')) {
            return array;
        }
        for (;;) {
            skip_space();
            items.push_back(read_value(depth));
            skip_space();
            if (take(']')) {
                return array;
            }
            if (!take(',')) {
                fail("expected ',' or ']'");
            }
        }
    }

    Json read_object(std::size_t depth) {
        ++offset_;
        Members members;
        skip_space();
        if (take('}')) {
            return Json::object();
        }
        for (;;) {
            skip_space();
            if (peek() != '"') {
                fail("expected a key in double quotes");
            }
            std::string key = read_string();
            skip_space();
            if (!take(':')) {
                fail("expected ':'");
            }
            skip_space();
            members.emplace_back(std::move(key), read_value(depth));
            skip_space();
            if (take('}')) {
                return make_object(std::move(members));
            }
            if (!take(',')) {
                fail("expected ',' or '}'");
            }
        }
    }

    void skip_digits() {
        while (is_digit(peek())) {
            ++offset_;
        }
    }

    void require_digits() {
        if (!is_digit(peek())) {
            fail("expected a digit");
        }
        skip_digits();
    }

    Json read_number() {
        const std::size_t start = offset_;
        if (take('-') && take("Infinity")) {
            return -std::numeric_limits<double>::infinity();
        }
        if (!take('0')) {
            require_digits();
        }
        bool is_float = false;
        if (take('.')) {
            is_float = true;
            require_digits();
        }
        if (take('e') || take('E')) {
            is_float = true;
            if (!take('+')) {
                take('-');
            }
            require_digits();
        }
        const std::string_view number = text_.substr(start, offset_ - start);
        return is_float ? Json(float_of(number)) : big_integer(number);
    }

    /// The nearest double; what is too large is infinite and what is too small zero, as in Python.
    static double float_of(std::string_view number) {
        double value = 0;
        const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
        if (result.ec == std::errc()) {
            return value;
        }
        const double size = is_large(number) ? std::numeric_limits<double>::infinity() : 0.0;
        return number.front() == '-' ? -size : size;
    }

    /// Whether a number outside the range of a double is above it, and not too near to zero.
    static bool is_large(std::string_view number) {
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

    std::string read_string() {
        const std::size_t start = offset_++;
        std::string out;
        for (;;) {
            const std::size_t plain = plain_prefix(rest());
            out += rest().substr(0, plain);
            offset_ += plain;
            if (at_end()) {
                fail_at(start, "expected a string that ends", found());
            }
            if (take('"')) {
                return out;
            }
            if (!take('\\')) {
                fail("expected no control character in a string");
            }
            read_escape(out);
        }
    }

    static std::size_t plain_prefix(std::string_view text) {
        const auto is_special = [](char c) {
            return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\';
        };
        return static_cast<std::size_t>(std::ranges::find_if(text, is_special) - text.begin());
    }

    void read_escape(std::string& out) {
        constexpr std::string_view kNames = "\"\\/bfnrt";
        constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        if (take('u')) {
            append_utf8(out, read_code_point());
            return;
        }
        const std::size_t which = at_end() ? std::string_view::npos : kNames.find(peek());
        if (which == std::string_view::npos) {
            fail("expected an escape");
        }
        ++offset_;
        out += kMeanings[which];
    }

    /// What follows `\u`: one unit, or two that make a surrogate pair. A lone surrogate stays one.
    std::uint32_t read_code_point() {
        const std::uint32_t high = read_unit();
        if (high < 0xd800 || high > 0xdbff || !rest().starts_with("\\u")) {
            return high;
        }
        const std::size_t next = offset_;
        offset_ += 2;
        const std::uint32_t low = read_unit();
        if (low < 0xdc00 || low > 0xdfff) {
            offset_ = next;
            return high;
        }
        return 0x10000 + ((high - 0xd800) << 10U) + (low - 0xdc00);
    }

    std::uint32_t read_unit() {
        std::uint32_t unit = 0;
        const std::string_view digits = rest().substr(0, 4);
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
        const auto length = static_cast<std::size_t>(result.ptr - digits.data());
        if (length != 4) {
            offset_ += length;
            fail("expected four hex digits after '\\u'");
        }
        offset_ += 4;
        return unit;
    }

    std::string_view text_;
    std::size_t offset_ = 0;
};

} // namespace

Json parse_json(std::string_view text) {
    return Reader(text).read();
}

} // namespace vitrine
