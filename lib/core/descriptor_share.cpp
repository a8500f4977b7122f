// SPDX-License-Identifier: MIT
#include "core/descriptor_share.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace vitrine {

std::size_t descriptor_share(std::size_t most) {
    constexpr rlim_t kShares = 8;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return most;
    }
    return static_cast<std::size_t>(std::clamp<rlim_t>(limit.rlim_cur / kShares, 1, most));
}

} // namespace vitrine
