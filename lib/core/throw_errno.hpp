// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace vitrine {

/// Throws an IoError for the current value of errno: "cannot <action> '<path>': ...".
[[noreturn]] inline void throw_errno(std::string_view action, const std::filesystem::path& path) {
    const std::error_code error(errno, std::generic_category());
    throw IoError(action, path, error);
}

} // namespace vitrine
