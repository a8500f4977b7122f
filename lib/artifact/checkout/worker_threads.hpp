// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>

namespace vitrine {

/// Calls `work` for 0 to `count` - 1 from so many threads, for work that waits for others more
/// than it computes. After the first that throws no further is begun, and that is thrown.
void run_on_threads(std::size_t count, std::size_t threads,
                    const std::function<void(std::size_t)>& work);

} // namespace vitrine
