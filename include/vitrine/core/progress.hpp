// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace vitrine {

/// The progress of a long operation: add_dir, commit, checkout, verify, gc, an import.
struct Progress {
    std::string_view activity; ///< the current phase: "adding", "flushing", "verifying", ...
    std::uint64_t done = 0;    ///< finished items
    std::uint64_t total = 0;   ///< all items; 0 while unknown
    std::uint64_t bytes = 0;   ///< bytes processed so far
};

/// The options of a long operation. Both members are optional.
///
/// The observer is called by the calling thread or by a worker thread, one call at a time. An
/// exception that it throws stops the operation and reaches the caller. After a stop request the
/// operation throws Error with the code Cancelled and leaves every version as it was.
struct ProgressOptions {
    std::function<void(const Progress&)> observer = {}; ///< not called if empty
    std::stop_token stop = {};                          ///< never stops by default
};

} // namespace vitrine
