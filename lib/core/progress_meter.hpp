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

/// Counts the progress of one long operation that many threads share, reports it to the observer,
/// and stops the operation. Safe to use from many threads.
class ProgressMeter {
public:
    /// `options` must live as long as this object.
    ProgressMeter(std::string activity, std::uint64_t total, const ProgressOptions& options)
        : activity_(std::move(activity)), total_(total), options_(options) {}

    /// Throws: Cancelled if the caller asked to stop.
    void check() const {
        if (options_.stop.stop_requested()) {
            throw Error(ErrorCode::Cancelled, activity_ + " was cancelled");
        }
    }

    /// Adds to what is done, and calls the observer. Throws: what the observer throws.
    void advance(std::uint64_t items, std::uint64_t bytes) {
        const std::lock_guard lock(mutex_);
        done_ += items;
        bytes_ += bytes;
        if (options_.observer) {
            options_.observer({activity_, done_, total_, bytes_});
        }
    }

    /// Done so far.
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
