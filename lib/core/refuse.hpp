// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include <string>

namespace vitrine {

/// Throws InvalidArgument with this message.
[[noreturn]] inline void refuse(const std::string& message) {
    throw Error(ErrorCode::InvalidArgument, message);
}

} // namespace vitrine
