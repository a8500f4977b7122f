// SPDX-License-Identifier: MIT
#include "manifest/background_hasher.hpp"

#include <cstddef>
#include <utility>

namespace vitrine {

namespace {

/// From this size on another thread pays off.
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

} // namespace

BackgroundHasher::~BackgroundHasher() {
    if (hashing_.valid()) {
        hashing_.wait();
    }
}

void BackgroundHasher::flush_if_full() {
    if (pending_.size() < kPieceBytes) {
        return;
    }
    if (hashing_.valid()) {
        hashing_.get();
    }
    std::swap(pending_, busy_);
    pending_.clear();
    pending_.reserve(busy_.capacity());
    hashing_ = std::async(std::launch::async, [this] { hasher_->update(busy_); });
}

Digests BackgroundHasher::finish() {
    if (hashing_.valid()) {
        hashing_.get();
    }
    hasher_->update(pending_);
    return hasher_->finish();
}

} // namespace vitrine
