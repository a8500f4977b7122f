// SPDX-License-Identifier: MIT
//
// Loops on all processors, by oneTBB. ThreadSanitizer does not see how oneTBB, which is not built
// with it, hands tasks from thread to thread, and reports races that are none. So a build with the
// sanitizer has plain threads instead, and needs no suppressions.
#pragma once

#include "core/thread_sanitizer.hpp"

#include <algorithm>
#include <cstddef>

#if defined(VITRINE_THREAD_SANITIZER)
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>
#else
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/parallel_sort.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace vitrine {

#if defined(VITRINE_THREAD_SANITIZER)

template <class Body>
void parallel_for(std::size_t count, const Body& body) {
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::exception_ptr error;
    const auto work = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                body(i);
            } catch (...) {
                const std::lock_guard lock(mutex);
                error = error ? error : std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> others(std::min<std::size_t>(count, 4) / 2);
        std::ranges::generate(others, [&] { return std::jthread(work); });
        work();
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

template <class First, class Second>
void parallel_invoke(const First& first, const Second& second) {
    parallel_for(2, [&](std::size_t i) { i == 0 ? first() : second(); });
}

template <class Iterator, class Less>
void parallel_sort(Iterator first, Iterator last, const Less& less) {
    std::sort(first, last, less);
}

template <class Body>
void isolate_tasks(const Body& body) {
    body();
}

#else

/// Calls `body(i)` for every i below `count`, in any order, several at once. Rethrows the first
/// exception, after which no further call begins.
template <class Body>
void parallel_for(std::size_t count, const Body& body) {
    oneapi::tbb::parallel_for(std::size_t{0}, count, body);
}

/// Calls both, at once if there is a free processor.
template <class First, class Second>
void parallel_invoke(const First& first, const Second& second) {
    oneapi::tbb::parallel_invoke(first, second);
}

/// Sorts a range; equal elements in any order.
template <class Iterator, class Less>
void parallel_sort(Iterator first, Iterator last, const Less& less) {
    oneapi::tbb::parallel_sort(first, last, less);
}

/// Calls `body`. While this thread waits for tasks in it, it executes no task of another call: it
/// may hold a lock that such a task waits for, or a buffer that such a task would overwrite.
template <class Body>
void isolate_tasks(const Body& body) {
    oneapi::tbb::this_task_arena::isolate(body);
}

#endif

} // namespace vitrine
