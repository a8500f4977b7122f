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

/// How far apart the steps are at which a test lets something go wrong. The plain build takes each
/// of them; with sanitizers, which make them some times as long, every third is enough to find what
/// only they see.
inline constexpr std::size_t kStepsApart = kSanitized ? 3 : 1;

} // namespace vitrine::test
