// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include <optional>
#include <string>

namespace vitrine::test {

/// What a call threw; nothing if it returned.
struct Thrown {
    ErrorCode code;
    std::string message;
};

template <class Call>
std::optional<Thrown> error_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return Thrown{error.code(), error.what()};
    }
    return std::nullopt;
}

} // namespace vitrine::test
