// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace vitrine {

/// Throws Error with the code Corruption.
[[noreturn]] inline void throw_damaged(const std::string& why) {
    throw Error(ErrorCode::Corruption, why);
}

/// Returns what `action` returns. Puts "<kind> '<path>' is damaged" in front of a Corruption that
/// it throws.
template <class Action>
auto with_damaged_file(std::string_view kind, const std::filesystem::path& path,
                       const Action& action) {
    try {
        return action();
    } catch (Error& error) {
        if (error.code() == ErrorCode::Corruption) {
            error.add_context(concat(kind, " ", quoted(path.native()), " is damaged"));
        }
        throw;
    }
}

} // namespace vitrine
