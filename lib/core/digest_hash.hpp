// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include <cstddef>
#include <cstring>

namespace vitrine {

/// A hash for unordered containers: the first bytes of the digest, which are random already.
struct Sha256Hash {
    std::size_t operator()(const Sha256& digest) const noexcept {
        std::size_t value = 0;
        std::memcpy(&value, digest.bytes.data(), sizeof(value));
        return value;
    }
};

} // namespace vitrine
