// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/progress.hpp>

namespace vitrine {

/// Throws Cancelled if the caller asked to stop.
inline void check_stop(const ProgressOptions& options) {
    if (options.stop.stop_requested()) {
        throw Error(ErrorCode::Cancelled, "cancelled");
    }
}

/// Calls the observer, if there is one. Throws: as check_stop.
inline void report_progress(const ProgressOptions& options, const Progress& progress) {
    check_stop(options);
    if (options.observer) {
        options.observer(progress);
    }
}

} // namespace vitrine
