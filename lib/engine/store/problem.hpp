// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <optional>
#include <string>

namespace vitrine {

/// What is wrong with some bytes, in a report's words; nothing if they are what they should be.
using Problem = std::optional<std::string>;

inline constexpr const char* kMissing = "missing";

/// Runs a check that throws, and gives what it found. Throws: Cancelled.
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
