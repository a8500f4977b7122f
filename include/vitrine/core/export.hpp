// SPDX-License-Identifier: MIT
#pragma once

/// What every public header includes first: the check of the language, and VITRINE_EXPORT.

#if __cplusplus < 202002L
#error "vitrine needs C++20 or newer: compile with -std=c++20"
#endif

/// Marks what the shared library exports. The library is compiled with hidden visibility, so that
/// a program sees the public headers' symbols alone.
#if defined(__GNUC__)
#define VITRINE_EXPORT __attribute__((visibility("default")))
#else
#define VITRINE_EXPORT
#endif
