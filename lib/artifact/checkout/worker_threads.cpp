// SPDX-License-Identifier: MIT
#include "artifact/checkout/worker_threads.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace vitrine {

void for_each_on_threads(std::size_t count, std::size_t threads,
                         const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr thrown; // guarded by mutex
    const auto loop = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                next = count;
                const std::lock_guard lock(mutex);
                if (!thrown) {
                    thrown = std::current_exception();
                }
            }
        }
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 1; i < std::min(threads, count); ++i) {
            workers.emplace_back(loop);
        }
        loop();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

} // namespace vitrine
