// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/core/progress.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// Counts what the workers of one long operation have done, tells the observer, and stops them.
/// Safe to use from many threads.
class ProgressMeter {
public:
    ProgressMeter(std::string activity, std::uint64_t total, const ProgressOptions& options)
        : activity_(std::move(activity)), total_(total), options_(options) {}

    /// Throws: Cancelled if the caller asked to stop.
    void check() const {
        if (options_.stop.stop_requested()) {
            throw Error(ErrorCode::Cancelled, activity_ + " was cancelled");
        }
    }

    /// So much more is done. Throws: what the observer throws.
    void advance(std::uint64_t items, std::uint64_t bytes) {
        const std::lock_guard lock(mutex_);
        done_ += items;
        bytes_ += bytes;
        if (options_.observer) {
            options_.observer({activity_, done_, total_, bytes_});
        }
    }

    /// What was done so far.
    std::uint64_t items() const {
        const std::lock_guard lock(mutex_);
        return done_;
    }
    std::uint64_t bytes() const {
        const std::lock_guard lock(mutex_);
        return bytes_;
    }

private:
    std::string activity_;
    std::uint64_t total_;
    const ProgressOptions& options_;
    mutable std::mutex mutex_;
    std::uint64_t done_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace vitrine
