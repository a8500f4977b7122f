// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "core/big_integer.hpp"
#include "core/hex.hpp"
#include "core/json_pointer.hpp"
#include "core/json_text.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

namespace vitrine {

namespace {

/// Where the writer is: a list that grows with the call stack and is read only for messages.
struct Position {
    const Position* up = nullptr;
    const std::string* key = nullptr; ///< null in an array
    std::size_t index = 0;
    std::size_t depth = 0;
};

std::string pointer_of(const Position& position) {
    if (position.up == nullptr) {
        return {};
    }
    const std::string above = pointer_of(*position.up);
    return position.key != nullptr ? pointer_below(above, *position.key)
                                   : pointer_below(above, position.index);
}

[[noreturn]] void refuse_value(const Position& position, std::string_view why) {
    throw Error(ErrorCode::InvalidArgument,
                concat("cannot write JSON value at ", quoted(pointer_of(position)), ": ", why));
}

/// The number of bytes at the start that are written as they are.
std::size_t plain_prefix(std::string_view text) {
    const auto is_special = [](char c) { return c < 0x20 || c > 0x7e || c == '"' || c == '\\'; };
    return static_cast<std::size_t>(std::ranges::find_if(text, is_special) - text.begin());
}

void append_escape(std::string& out, std::uint32_t code_point) {
    switch (code_point) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\b':
        out += "\\b";
        return;
    case '\f':
        out += "\\f";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        break;
    }
    if (code_point >= 0x10000) {
        append_hex_escape(out, 'u', 0xd800 + ((code_point - 0x10000) >> 10U), 4);
        append_hex_escape(out, 'u', 0xdc00 + ((code_point - 0x10000) & 0x3ffU), 4);
    } else {
        append_hex_escape(out, 'u', code_point, 4);
    }
}

using Object = Json::object_t;
using Member = Object::value_type;

class Writer {
public:
    Writer(std::string& out, const JsonStyle& style) : out_(out), style_(style) {}

    void write(const Json& value, const Position& position) {
        switch (value.type()) {
        case Json::value_t::null:
        case Json::value_t::discarded:
            out_ += "null";
            return;
        case Json::value_t::boolean:
            out_ += value.get<bool>() ? "true" : "false";
            return;
        case Json::value_t::number_integer:
            append_integer(out_, value.get<std::int64_t>());
            return;
        case Json::value_t::number_unsigned:
            append_integer(out_, value.get<std::uint64_t>());
            return;
        case Json::value_t::number_float:
            out_ += python_float(value.get<double>());
            return;
        case Json::value_t::string:
            write_string(value.get_ref<const std::string&>(), position);
            return;
        case Json::value_t::binary:
            if (!is_big_integer(value)) {
                refuse_value(position, "it is binary, which JSON cannot hold");
            }
            out_ += integer_text(value);
            return;
        case Json::value_t::array:
            write_array(value.get_ref<const Json::array_t&>(), position);
            return;
        case Json::value_t::object:
            write_object(value.get_ref<const Object&>(), position);
            return;
        }
    }

private:
    void write_array(const Json::array_t& items, const Position& position) {
        out_ += '[';
        Position inner = enter(position);
        for (const Json& item : items) {
            begin_item(inner);
            write(item, inner);
            ++inner.index;
        }
        end_items(position, items.empty());
        out_ += ']';
    }

    void write_object(const Object& members, const Position& position) {
        out_ += '{';
        Position inner = enter(position);
        if (style_.sort_keys && !std::ranges::is_sorted(members, {}, &Member::first)) {
            std::vector<const Member*> sorted;
            sorted.reserve(members.size());
            for (const Member& member : members) {
                sorted.push_back(&member);
            }
            std::ranges::sort(sorted, {}, [](const Member* member) -> const std::string& {
                return member->first;
            });
            for (const Member* member : sorted) {
                write_member(*member, inner);
            }
        } else {
            for (const Member& member : members) {
                write_member(member, inner);
            }
        }
        end_items(position, members.empty());
        out_ += '}';
    }

    void write_member(const Member& member, Position& position) {
        begin_item(position);
        position.key = &member.first;
        write_string(member.first, position);
        out_ += style_.key_separator;
        write(member.second, position);
        ++position.index;
    }

    Position enter(const Position& position) const {
        if (position.depth == kMaxJsonDepth) {
            refuse_value(position, concat("more than ", kMaxJsonDepth, " levels"));
        }
        return {&position, nullptr, 0, position.depth + 1};
    }

    void begin_item(const Position& position) {
        if (position.index > 0) {
            out_ += style_.item_separator;
        }
        new_line(position.depth);
    }

    void end_items(const Position& position, bool empty) {
        if (!empty) {
            new_line(position.depth);
        }
    }

    void new_line(std::size_t depth) {
        if (style_.indent >= 0) {
            out_ += '\n';
            out_.append(depth * static_cast<std::size_t>(style_.indent), ' ');
        }
    }

    void write_string(std::string_view text, const Position& position) {
        if (!append_json_string(out_, text)) {
            refuse_value(position, "its text is not UTF-8");
        }
    }

    std::string& out_;
    const JsonStyle& style_;
};

} // namespace

bool append_json_string(std::string& out, std::string_view text) {
    const std::size_t before = out.size();
    out += '"';
    std::size_t offset = 0;
    while (offset < text.size()) {
        const std::size_t plain = plain_prefix(text.substr(offset));
        out += text.substr(offset, plain);
        offset += plain;
        if (offset == text.size()) {
            break;
        }
        const CodePoint point = decode_utf8(text, offset);
        if (point.length == 0) {
            out.resize(before);
            return false;
        }
        append_escape(out, point.value);
        offset += point.length;
    }
    out += '"';
    return true;
}

std::string render_json(const Json& value, const JsonStyle& style) {
    std::string out;
    append_json(out, value, style);
    return out;
}

void append_json(std::string& out, const Json& value, const JsonStyle& style) {
    Writer(out, style).write(value, Position{});
}

std::string python_float(double value) {
    if (std::isnan(value)) {
        return "NaN";
    }
    if (std::isinf(value)) {
        return value < 0 ? "-Infinity" : "Infinity";
    }
    // "-d.ddde-XX": the shortest digits that read back equal. The parts are put together in
    // Python's form.
    std::array<char, 40> buffer{};
    const char* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                    std::chars_format::scientific)
                          .ptr;
    std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    std::string out;
    if (text.front() == '-') {
        out += '-';
        text.remove_prefix(1);
    }
    const std::size_t e = text.find('e');
    int exponent = 0;
    const std::size_t first = text[e + 1] == '+' ? e + 2 : e + 1;
    std::from_chars(text.data() + first, text.data() + text.size(), exponent);
    if (exponent < -4 || exponent >= 16) {
        return out.append(text); // two digits of exponent at least and its sign, as Python has it
    }
    std::string digits(1, text.front());
    if (e > 2) {
        digits += text.substr(2, e - 2);
    }
    if (exponent < 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-exponent - 1), '0');
        return out += digits;
    }
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    digits.resize(std::max(digits.size(), whole + 1), '0');
    return out.append(digits, 0, whole).append(1, '.').append(digits, whole);
}

} // namespace vitrine
