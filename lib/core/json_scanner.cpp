// SPDX-License-Identifier: MIT
#include "core/json_scanner.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

constexpr std::size_t kWindow = std::size_t{256} << 10;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The characters that end a plain piece of a string.
constexpr auto kIsSpecial = [] {
    std::array<bool, 256> special{};
    for (std::size_t c = 0; c < 0x20; ++c) {
        special[c] = true;
    }
    special['"'] = true;
    special['\\'] = true;
    return special;
}();

std::string_view view_of(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

} // namespace

JsonScanner::JsonScanner(std::string_view text)
    : begin_(text.data()), cursor_(text.data()), end_(text.data() + text.size()) {
    if (text.starts_with(kByteOrderMark)) {
        fail("unexpected byte order mark");
    }
}

JsonScanner::JsonScanner(std::istream& in) : in_(&in) {
    refill();
    if (view_of(begin_, end_).starts_with(kByteOrderMark)) {
        fail("unexpected byte order mark");
    }
}

/// Reads the next piece of the stream. Keeps the text from mark_ on and moves it to the front.
bool JsonScanner::refill() {
    if (in_ == nullptr) {
        return false;
    }
    const char* keep = mark_ != nullptr ? mark_ : cursor_;
    const std::string_view gone = view_of(begin_, keep);
    if (const std::size_t newline = gone.rfind('\n'); newline != std::string_view::npos) {
        line_ += static_cast<std::size_t>(std::ranges::count(gone, '\n'));
        column_ = 1;
        column_ += utf8_length(gone.substr(newline + 1));
    } else {
        column_ += utf8_length(gone);
    }
    const auto kept = static_cast<std::size_t>(end_ - keep);
    const auto at = static_cast<std::size_t>(cursor_ - keep);
    if (kept > 0) {
        std::copy(keep, end_, window_.data());
    }
    window_.resize(std::max(window_.size(), kept + std::max(kWindow, kept)));
    in_->read(window_.data() + kept, static_cast<std::streamsize>(window_.size() - kept));
    const auto read = static_cast<std::size_t>(in_->gcount());
    begin_ = window_.data();
    cursor_ = begin_ + at;
    end_ = begin_ + kept + read;
    mark_ = mark_ != nullptr ? begin_ : nullptr;
    return read > 0;
}

std::string JsonScanner::found_at(const char* at) const {
    if (at == end_) {
        return "the end of the text";
    }
    const std::string_view rest = view_of(at, end_);
    const CodePoint point = decode_utf8(rest, 0);
    return quoted(rest.substr(0, std::max<std::size_t>(point.length, 1)));
}

void JsonScanner::fail(std::string_view what) {
    fail_at(cursor_, what, found_at(cursor_));
}

void JsonScanner::fail_at(const char* at, std::string_view what, const std::string& got) {
    const std::string_view before = view_of(begin_, at);
    const auto newlines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t line_start = before.rfind('\n') + 1; // npos + 1 is 0
    const std::size_t column =
        (newlines == 0 ? column_ : 1) + utf8_length(before.substr(line_start));
    throw Error(ErrorCode::InvalidFormat, concat("invalid JSON at line ", line_ + newlines,
                                                 " column ", column, ": ", what, ", got ", got));
}

void JsonScanner::expect(char c) {
    if (!take(c)) {
        fail(concat("expected '", std::string_view(&c, 1), "'"));
    }
}

void JsonScanner::expect_end() {
    skip_space();
    if (!at_end()) {
        fail("expected the end of the text");
    }
}

bool JsonScanner::take_word(std::string_view word) {
    const bool was_marked = mark_ != nullptr;
    if (!was_marked) {
        mark_ = cursor_;
    }
    while (static_cast<std::size_t>(end_ - cursor_) < word.size()) {
        if (!refill()) {
            break;
        }
    }
    if (!was_marked) {
        mark_ = nullptr;
    }
    if (!view_of(cursor_, end_).starts_with(word)) {
        return false;
    }
    cursor_ += word.size();
    return true;
}

bool JsonScanner::begins_number(char c) {
    return is_digit(c) || c == '-';
}

std::size_t JsonScanner::enter(std::size_t depth) {
    if (depth == kMaxJsonDepth) {
        fail(concat("expected at most ", kMaxJsonDepth, " levels"));
    }
    return depth + 1;
}

// ---- Strings

/// Moves behind the string that begins at the cursor, and returns the length of its text. mark_
/// must be set, since the text must be whole in the window.
std::size_t JsonScanner::find_string_end() {
    const auto start = static_cast<std::size_t>(cursor_ - mark_);
    ++cursor_;
    bool is_ascii = true;
    for (;;) {
        unsigned seen = 0;
        while (cursor_ != end_ && !kIsSpecial[static_cast<unsigned char>(*cursor_)]) {
            seen |= static_cast<unsigned char>(*cursor_++);
        }
        is_ascii = is_ascii && seen < 0x80;
        if (cursor_ == end_) {
            if (!refill()) {
                fail_at(mark_ + start, "expected a string that ends", found_at(end_));
            }
            continue;
        }
        const char c = *cursor_;
        if (c == '"') {
            break;
        }
        if (c != '\\') {
            fail("expected no control character in a string");
        }
        ++cursor_;
        if (at_end()) {
            fail("expected an escape");
        }
        if (*cursor_ == '"' || *cursor_ == '\\') {
            ++cursor_;
        }
    }
    const char* text = mark_ + start + 1;
    const auto length = static_cast<std::size_t>(cursor_ - text);
    ++cursor_;
    if (!is_ascii) {
        const std::string_view raw(text, length);
        if (const std::size_t good = utf8_prefix(raw); good < length) {
            fail_at(text + good, "expected UTF-8", found_at(text + good));
        }
    }
    return length;
}

std::string_view JsonScanner::read_string() {
    if (peek() != '"') {
        fail("expected a string");
    }
    const bool was_marked = mark_ != nullptr;
    if (!was_marked) {
        mark_ = cursor_;
    }
    const std::size_t length = find_string_end();
    const std::string_view raw(cursor_ - 1 - length, length);
    const std::string_view text = raw.find('\\') == std::string_view::npos ? raw : decode(raw);
    if (!was_marked) {
        mark_ = nullptr;
    }
    return text;
}

std::string_view JsonScanner::read_key() {
    if (peek() != '"') {
        fail("expected a key in double quotes");
    }
    decoded_ = read_string();
    expect(':');
    return decoded_;
}

std::string_view JsonScanner::decode(std::string_view raw) {
    decoded_.clear();
    std::size_t offset = 0;
    while (offset < raw.size()) {
        const std::size_t plain = std::min(raw.find('\\', offset), raw.size());
        decoded_ += raw.substr(offset, plain - offset);
        offset = plain;
        if (offset < raw.size()) {
            decode_escape(raw, ++offset);
        }
    }
    return decoded_;
}

void JsonScanner::decode_escape(std::string_view raw, std::size_t& offset) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const auto fail_here = [&](std::string_view what) {
        fail_at(raw.data() + offset, what, found_at(raw.data() + offset));
    };
    const auto read_unit = [&] {
        std::uint32_t unit = 0;
        const std::string_view digits = raw.substr(offset, 4);
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
        const auto length = static_cast<std::size_t>(result.ptr - digits.data());
        offset += length;
        if (length != 4) {
            fail_here("expected four hex digits after '\\u'");
        }
        return unit;
    };
    const char name = offset < raw.size() ? raw[offset] : '"';
    if (name != 'u') {
        const std::size_t which = kNames.find(name);
        if (which == std::string_view::npos) {
            fail_here("expected an escape");
        }
        decoded_ += kMeanings[which];
        ++offset;
        return;
    }
    ++offset;
    // One unit, or two that make a surrogate pair. A lone surrogate stays one.
    const std::uint32_t high = read_unit();
    if (high >= 0xd800 && high <= 0xdbff && raw.substr(offset).starts_with("\\u")) {
        const std::size_t next = offset;
        offset += 2;
        const std::uint32_t low = read_unit();
        if (low >= 0xdc00 && low <= 0xdfff) {
            append_utf8(decoded_, 0x10000 + ((high - 0xd800) << 10U) + (low - 0xdc00));
            return;
        }
        offset = next;
    }
    append_utf8(decoded_, high);
}

// ---- Numbers and words

void JsonScanner::skip_digits() {
    do {
        while (cursor_ != end_ && is_digit(*cursor_)) {
            ++cursor_;
        }
    } while (cursor_ == end_ && refill());
}

void JsonScanner::require_digits() {
    if (!is_digit(current())) {
        fail("expected a digit");
    }
    skip_digits();
}

bool JsonScanner::skip_number() {
    if (take_here('-') && current() == 'I' && take_word("Infinity")) {
        return true;
    }
    if (!take_here('0')) {
        require_digits();
    }
    bool is_float = false;
    if (take_here('.')) {
        is_float = true;
        require_digits();
    }
    if (take_here('e') || take_here('E')) {
        is_float = true;
        if (!take_here('+')) {
            take_here('-');
        }
        require_digits();
    }
    return is_float;
}

Json JsonScanner::read_word() {
    switch (current()) {
    case 'n':
        if (take_word("null")) {
            return nullptr;
        }
        break;
    case 't':
        if (take_word("true")) {
            return true;
        }
        break;
    case 'f':
        if (take_word("false")) {
            return false;
        }
        break;
    case 'N':
        if (take_word("NaN")) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        break;
    case 'I':
        if (take_word("Infinity")) {
            return std::numeric_limits<double>::infinity();
        }
        break;
    default:
        break;
    }
    fail("expected a value");
}

// ---- Values

std::string_view JsonScanner::skip_value() {
    skip_space();
    mark_ = cursor_;
    skip_value(0, nullptr, {});
    const std::string_view text = view_of(mark_, cursor_);
    mark_ = nullptr;
    return text;
}

void JsonScanner::visit_strings(const JsonStringVisitor& visit) {
    skip_value(0, &visit, {});
}

void JsonScanner::skip_value(std::size_t depth, const JsonStringVisitor* visit,
                             std::string_view member) {
    const char first = peek();
    if (first == '"') {
        const std::string_view text = read_string();
        if (visit != nullptr) {
            (*visit)(member, text);
        }
    } else if (begins_number(first)) {
        skip_number();
    } else if (first != '{' && first != '[') {
        read_word();
    } else {
        depth = enter(depth);
        ++cursor_;
        const char last = first == '{' ? '}' : ']';
        if (take(last)) {
            return;
        }
        std::string key; // a copy, since the view ends with the next token
        for (;;) {
            if (first == '{') {
                const std::string_view name = read_key();
                if (visit != nullptr) {
                    key = name;
                    member = key;
                }
            }
            skip_value(depth, visit, member);
            if (take(last)) {
                return;
            }
            if (!take_here(',')) {
                fail(concat("expected ',' or '", std::string_view(&last, 1), "'"));
            }
        }
    }
}

} // namespace vitrine
