// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <optional>
#include <string>

namespace vitrine {

/// What is wrong with some bytes, in the words of a report; nothing if they are right.
using Problem = std::optional<std::string>;

inline constexpr const char* kMissing = "missing";

/// Calls a check that throws Error if something is wrong, and returns what is wrong.
/// Throws: Cancelled.
template <class Check>
Problem problem_of(const Check& check) {
    try {
        check();
        return std::nullopt;
    } catch (const DigestMismatch& error) {
        return concat("expected ", error.expected(), ", got ", error.actual());
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Cancelled) {
            throw;
        }
        return error.what();
    }
}

} // namespace vitrine
