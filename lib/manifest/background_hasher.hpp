// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <future>
#include <memory>
#include <string>
#include <string_view>

namespace vitrine {

/// A Hasher that computes beside the thread that brings the bytes, a MiB at a time; few bytes are
/// hashed by that thread itself. One object, one thread.
class BackgroundHasher {
public:
    explicit BackgroundHasher(Hash which) : hasher_(std::make_unique<Hasher>(which)) {}
    ~BackgroundHasher();
    BackgroundHasher(const BackgroundHasher&) = delete;
    BackgroundHasher& operator=(const BackgroundHasher&) = delete;

    /// What is appended here, and then given to `flush_if_full`, is hashed.
    std::string& pending() { return pending_; }
    void flush_if_full();
    void update(std::string_view data) {
        pending_ += data;
        flush_if_full();
    }
    /// The digests of all that came. The hasher is used up.
    Digests finish();

private:
    std::unique_ptr<Hasher> hasher_;
    std::string pending_;
    std::string busy_;
    std::future<void> hashing_; ///< of `busy_`
};

} // namespace vitrine
