// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace vitrine::test {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

/// The distance between the steps at which a test makes something fail. The plain build tries every
/// step. With sanitizers, which take several times as long, every third is enough to find what only
/// they can see.
inline constexpr std::size_t kStepsApart = kSanitized ? 3 : 1;

} // namespace vitrine::test
