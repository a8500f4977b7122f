// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace vitrine {

/// How far a long operation (add_dir, commit, checkout, verify, gc, an import) has come.
struct Progress {
    std::string_view activity; ///< what is done: "adding", "flushing", "verifying", ...
    std::uint64_t done = 0;    ///< items finished
    std::uint64_t total = 0;   ///< items in all; 0 while unknown
    std::uint64_t bytes = 0;   ///< bytes handled so far
};

/// Handed to every long operation. Both members may be left out.
///
/// The observer is called from the thread that runs the operation or from one of its workers, one
/// call at a time; what it throws stops the operation. When `stop` is requested, the operation
/// throws Error with code Cancelled and leaves every version as it was.
struct ProgressOptions {
    std::function<void(const Progress&)> observer = {};
    std::stop_token stop = {};
};

} // namespace vitrine
