// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstddef>
#include <string_view>

namespace vitrine {

/// The longest name of an artifact, and the longest alias.
inline constexpr std::size_t kMaxNameBytes = 128;

/// Throws: InvalidArgument unless `name` is a valid artifact name: 1 to 128 letters, digits, '_',
/// '-' and '.', but not "." or "..". Part of the public API (store.hpp).
VITRINE_EXPORT void check_artifact_name(std::string_view name);

} // namespace vitrine
