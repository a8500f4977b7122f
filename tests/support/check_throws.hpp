// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vitrine::test {

/// Checks that `action` throws an Error of this code whose text contains `message_part`. Returns
/// the text; "" if nothing was thrown.
template <class Action>
std::string check_throws(const Action& action, ErrorCode code, std::string_view message_part = {}) {
    try {
        action();
    } catch (const Error& error) {
        const std::string text = error.what();
        const std::string part(message_part);
        CAPTURE(text);
        CAPTURE(part);
        CHECK(to_string(error.code()) == to_string(code));
        CHECK(text.find(part) != std::string::npos);
        return text;
    }
    FAIL_CHECK("expected an error '", std::string(to_string(code)), "' with '",
               std::string(message_part), "', got none");
    return {};
}

} // namespace vitrine::test
