// SPDX-License-Identifier: MIT
#include "core/big_integer.hpp"

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

bool is_decimal_integer(std::string_view text) {
    if (text.starts_with('-')) {
        text.remove_prefix(1);
    }
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return !text.empty() && std::ranges::all_of(text, is_digit) &&
           (text.size() == 1 || text.front() != '0');
}

template <class Integer>
bool fits(std::string_view digits, Integer& value) {
    const char* end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, value);
    return result.ec == std::errc() && result.ptr == end;
}

} // namespace

Json big_integer(std::string_view digits) {
    if (!is_decimal_integer(digits)) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected a decimal integer, got ", quoted(digits)));
    }
    std::uint64_t positive = 0;
    if (fits(digits, positive)) {
        return positive;
    }
    std::int64_t negative = 0;
    if (fits(digits, negative)) {
        // There is no negative zero among the integers.
        return negative == 0 ? Json(std::uint64_t{0}) : Json(negative);
    }
    return Json::binary(std::vector<std::uint8_t>(digits.begin(), digits.end()),
                        kBigIntegerSubtype);
}

bool is_big_integer(const Json& value) {
    if (!value.is_binary()) {
        return false;
    }
    const auto& binary = value.get_binary();
    return binary.has_subtype() && binary.subtype() == kBigIntegerSubtype;
}

std::string integer_text(const Json& value) {
    if (value.is_number_unsigned()) {
        return std::to_string(value.get<std::uint64_t>());
    }
    if (value.is_number_integer()) {
        return std::to_string(value.get<std::int64_t>());
    }
    if (is_big_integer(value)) {
        const auto& binary = value.get_binary();
        return {binary.begin(), binary.end()};
    }
    throw Error(ErrorCode::InvalidArgument,
                concat("expected an integer, got a JSON value of type ", value.type_name()));
}

} // namespace vitrine
