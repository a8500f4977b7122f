// SPDX-License-Identifier: MIT
#include "core/python.hpp"

#include <vitrine/core/error.hpp>

#include "core/hex.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace vitrine {

namespace {

struct CodePointRange {
    std::uint32_t first;
    std::uint32_t last;
};

/// The characters beyond ASCII for which str.isprintable() is false: Unicode's categories Cc, Cf,
/// Cs, Co, Zl, Zp, Zs.
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
        append_hex_escape(out, 'x', code_point, 2);
    } else if (code_point < 0x10000) {
        append_hex_escape(out, 'u', code_point, 4);
    } else {
        append_hex_escape(out, 'U', code_point, 8);
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

bool is_python_number(const Json& json) {
    return json.is_number() || json.is_boolean() || is_big_integer(json);
}

/// The digits of a float that has an integer's value.
std::string integral_digits(double value) {
    std::array<char, 400> buffer{};
    char* const begin = buffer.data();
    const char* const end =
        std::to_chars(begin, begin + buffer.size(), value, std::chars_format::fixed).ptr;
    const std::string digits(static_cast<const char*>(begin), end);
    return digits == "-0" ? "0" : digits;
}

} // namespace

bool is_truthy(const Json& value) {
    if (value.is_boolean()) {
        return value.get<bool>();
    }
    if (value.is_number()) {
        return value.get<double>() != 0; // NaN is true
    }
    if (value.is_string()) {
        return !value.get_ref<const std::string&>().empty();
    }
    // Binary JSON holds an integer beyond 64 bits.
    return value.is_binary() || !value.empty();
}

std::string python_text(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_structured()) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("expected a number or text for a key, step or id, got ", value.type_name()));
    }
    return python_repr(value);
}

std::string python_string(std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const bool has_double = text.find('"') != std::string_view::npos;
    const char quote = has_single && !has_double ? '"' : '\'';
    std::string out(1, quote);
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint next = decode_utf8(text, at);
        if (next.length == 0) { // not UTF-8: Python's surrogateescape
            append_hex_escape(out, 'u', 0xdc00U + static_cast<unsigned char>(text[at]), 4);
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

bool equal_scalars(const Json& a, const Json& b) {
    // nlohmann's `==` is exact for one kind; for two kinds it compares doubles and wraps integers.
    if (a.type() == b.type()) {
        return a == b;
    }
    return is_python_number(a) && is_python_number(b) && equality_text(a) == equality_text(b);
}

std::string equality_text(const Json& scalar) {
    if (scalar.is_boolean()) {
        return scalar.get<bool>() ? "1" : "0";
    }
    if (scalar.is_number_float()) {
        const double value = scalar.get<double>();
        return std::isfinite(value) && value == std::trunc(value) ? integral_digits(value)
                                                                  : python_float(value);
    }
    return scalar.is_number() || is_big_integer(scalar) ? integer_text(scalar)
                                                        : python_repr(scalar);
}

} // namespace vitrine
