// SPDX-License-Identifier: MIT
#include "table/python_repr.hpp"

#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace vitrine {

namespace {

struct CodePointRange {
    std::uint32_t first;
    std::uint32_t last;
};

/// What str.isprintable() denies beyond ASCII: Unicode's categories Cc, Cf, Cs, Co, Zl, Zp, Zs.
constexpr std::array<CodePointRange, 27> kNotPrintable = {{
    {0x7f, 0xa0},       {0xad, 0xad},       {0x600, 0x605},       {0x61c, 0x61c},
    {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},       {0x8e2, 0x8e2},
    {0x1680, 0x1680},   {0x180e, 0x180e},   {0x2000, 0x200f},     {0x2028, 0x202f},
    {0x205f, 0x2064},   {0x2066, 0x206f},   {0x3000, 0x3000},     {0xd800, 0xf8ff},
    {0xfeff, 0xfeff},   {0xfff9, 0xfffb},   {0x110bd, 0x110bd},   {0x110cd, 0x110cd},
    {0x13430, 0x13438}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},   {0xe0001, 0xe0001},
    {0xe0020, 0xe007f}, {0xf0000, 0xffffd}, {0x100000, 0x10fffd},
}};

bool is_printable(std::uint32_t code_point) {
    if (code_point < 0x7f) {
        return code_point >= 0x20;
    }
    const auto* found =
        std::ranges::lower_bound(kNotPrintable, code_point, {}, &CodePointRange::last);
    return found == kNotPrintable.end() || code_point < found->first;
}

void append_hex(std::string& out, char letter, std::uint32_t value, int digits) {
    out += '\\';
    out += letter;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        out += "0123456789abcdef"[(value >> shift) & 0xf];
    }
}

void append_escaped(std::string& out, std::uint32_t code_point) {
    switch (code_point) {
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
    if (code_point < 0x100) {
        append_hex(out, 'x', code_point, 2);
    } else if (code_point < 0x10000) {
        append_hex(out, 'u', code_point, 4);
    } else {
        append_hex(out, 'U', code_point, 8);
    }
}

std::string repr_of_float(double value) {
    if (std::isnan(value)) {
        return "nan";
    }
    if (std::isinf(value)) {
        return value < 0 ? "-inf" : "inf";
    }
    return python_float(value);
}

std::string repr_of_array(const Json& array) {
    std::string out = "[";
    for (const auto& item : array) {
        out += out.size() > 1 ? ", " : "";
        out += python_repr(item);
    }
    return out + "]";
}

std::string repr_of_object(const Json& object) {
    std::string out = "{";
    for (const auto& [key, member] : object.items()) {
        out += out.size() > 1 ? ", " : "";
        out += python_string(key) + ": " + python_repr(member);
    }
    return out + "}";
}

} // namespace

std::string python_string(std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const bool has_double = text.find('"') != std::string_view::npos;
    const char quote = has_single && !has_double ? '"' : '\'';
    std::string out(1, quote);
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint next = decode_utf8(text, at);
        if (next.length == 0) { // not UTF-8: Python's surrogateescape
            append_hex(out, 'u', 0xdc00U + static_cast<unsigned char>(text[at]), 4);
            ++at;
            continue;
        }
        if (next.value == static_cast<unsigned char>(quote) || next.value == '\\') {
            out += '\\';
            out += static_cast<char>(next.value);
        } else if (is_printable(next.value)) {
            out += text.substr(at, next.length);
        } else {
            append_escaped(out, next.value);
        }
        at += next.length;
    }
    return out + quote;
}

std::string python_repr(const Json& value) {
    switch (value.type()) {
    case Json::value_t::null:
    case Json::value_t::discarded:
        return "None";
    case Json::value_t::boolean:
        return value.get<bool>() ? "True" : "False";
    case Json::value_t::number_float:
        return repr_of_float(value.get<double>());
    case Json::value_t::string:
        return python_string(value.get_ref<const std::string&>());
    case Json::value_t::array:
        return repr_of_array(value);
    case Json::value_t::object:
        return repr_of_object(value);
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::binary:
        break;
    }
    return integer_text(value);
}

} // namespace vitrine
