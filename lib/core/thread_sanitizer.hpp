// SPDX-License-Identifier: MIT
#pragma once

/// Defined in a build with ThreadSanitizer, by g++ or clang++.
#if defined(__SANITIZE_THREAD__)
#define VITRINE_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define VITRINE_THREAD_SANITIZER 1
#endif
#endif
