// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>

namespace vitrine {

/// Calls `work` for 0 to `count` - 1 from at most `threads` threads: for work that waits for others
/// more than it computes. After the first exception no further call begins; that exception is
/// thrown.
void for_each_on_threads(std::size_t count, std::size_t threads,
                         const std::function<void(std::size_t)>& work);

} // namespace vitrine
