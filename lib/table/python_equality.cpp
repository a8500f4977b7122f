// SPDX-License-Identifier: MIT
#include "table/python_equality.hpp"

#include "table/python_repr.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace vitrine {

namespace {

bool is_python_number(const Json& json) {
    return json.is_number() || json.is_boolean() || is_big_integer(json);
}

/// The digits of a float that is an integer.
std::string integral_digits(double value) {
    std::array<char, 400> buffer{};
    char* const begin = buffer.data();
    const char* const end =
        std::to_chars(begin, begin + buffer.size(), value, std::chars_format::fixed).ptr;
    const std::string digits(static_cast<const char*>(begin), end);
    return digits == "-0" ? "0" : digits;
}

} // namespace

bool equal_scalars(const Json& a, const Json& b) {
    // Of one kind nlohmann's `==` is exact; mixed, it compares doubles and lets integers wrap.
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
