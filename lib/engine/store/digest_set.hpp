// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <algorithm>
#include <vector>

namespace vitrine {

/// A set of digests that takes 32 bytes for each. It is filled first, then sealed; lookups see what
/// was added before the last seal. Lookups are safe from many threads.
class DigestSet {
public:
    void add(const Sha256& digest) { digests_.push_back(digest); }

    /// Makes what was added visible to lookups. More may be added after it, and sealed again.
    void seal() {
        std::sort(digests_.begin(), digests_.end());
        digests_.erase(std::unique(digests_.begin(), digests_.end()), digests_.end());
    }

    bool contains(const Sha256& digest) const {
        return std::binary_search(digests_.begin(), digests_.end(), digest);
    }
    bool empty() const noexcept { return digests_.empty(); }
    std::size_t size() const noexcept { return digests_.size(); }
    /// Ascending.
    const std::vector<Sha256>& digests() const noexcept { return digests_; }

private:
    std::vector<Sha256> digests_;
};

} // namespace vitrine
