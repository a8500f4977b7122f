// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <future>
#include <memory>
#include <string>
#include <string_view>

namespace vitrine {

/// A Hasher that computes on another thread, a MiB at a time; fewer bytes are hashed by the calling
/// thread. Used by one thread at a time.
class BackgroundHasher {
public:
    explicit BackgroundHasher(Hash which) : hasher_(std::make_unique<Hasher>(which)) {}
    ~BackgroundHasher();
    BackgroundHasher(const BackgroundHasher&) = delete;
    BackgroundHasher& operator=(const BackgroundHasher&) = delete;

    /// The buffer of bytes to hash. Append to it, then call flush_if_full.
    std::string& pending() { return pending_; }
    void flush_if_full();
    void update(std::string_view data) {
        pending_ += data;
        flush_if_full();
    }
    /// The digests of all bytes. The hasher cannot be used after that.
    Digests finish();

private:
    std::unique_ptr<Hasher> hasher_;
    std::string pending_;
    std::string busy_;
    std::future<void> hashing_; ///< of `busy_`
};

} // namespace vitrine
