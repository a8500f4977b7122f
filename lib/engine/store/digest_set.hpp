// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <algorithm>
#include <vector>

namespace vitrine {

/// A set of digests in 32 bytes each: filled first, sealed, and only looked up in after that.
/// Looking up is safe from many threads.
class DigestSet {
public:
    void add(const Sha256& digest) { digests_.push_back(digest); }

    /// What was added can be found from here on. More may be added, and sealed again.
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
