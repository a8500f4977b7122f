// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include <cstdint>

namespace vitrine::tool {

/// How the entries of one manifest differ from those of another.
struct Changes {
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t removed = 0;
};

/// Walks both manifests once.
Changes compare(const Manifest& before, const Manifest& after);

} // namespace vitrine::tool
