// SPDX-License-Identifier: MIT
//
// Loops on all processors, by oneTBB. Debian's oneTBB is not built with ThreadSanitizer, which so
// does not see that a task begins after its caller made it and ends before its caller goes on. The
// functions here tell it; without the sanitizer they are oneTBB's own.
#pragma once

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>

#if defined(__SANITIZE_THREAD__)
#define VITRINE_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define VITRINE_THREAD_SANITIZER 1
#endif
#endif

#if defined(VITRINE_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
// The closures that are handed to oneTBB: it copies them, and reads the copies in other threads.
#define VITRINE_TASK __attribute__((no_sanitize("thread")))
#else
#define VITRINE_TASK
#endif

namespace vitrine {

/// What the tasks of one call have in common. Made by the caller before the first of them.
class TaskOrder {
public:
    TaskOrder() { release(); }
    /// When all tasks have ended, also if one of them threw.
    ~TaskOrder() { acquire(); }
    TaskOrder(const TaskOrder&) = delete;
    TaskOrder& operator=(const TaskOrder&) = delete;

    /// Executes a task: after what the caller did before it made the tasks, and before what the
    /// caller does after them.
    template <class Task, class... Arguments>
    void execute(const Task& task, Arguments... arguments) {
        const Bounds bounds(*this);
        task(arguments...);
    }

private:
    struct Bounds {
        explicit Bounds(TaskOrder& order) : order_(order) { order_.acquire(); }
        ~Bounds() { order_.release(); }
        Bounds(const Bounds&) = delete;
        Bounds& operator=(const Bounds&) = delete;
        TaskOrder& order_;
    };

#if defined(VITRINE_THREAD_SANITIZER)
    void acquire() {
        __tsan_acquire(this);
    }
    void release() {
        __tsan_release(this);
    }
#else
    void acquire() {}
    void release() {}
#endif
};

/// Calls `body(i)` for every i below `count`, in any order, several at once. Rethrows the first
/// exception, after which no further call begins.
template <class Body>
void parallel_for(std::size_t count, const Body& body) {
    TaskOrder order;
    oneapi::tbb::parallel_for(std::size_t{0}, count, [&order, &body](std::size_t i) VITRINE_TASK {
        order.execute(body, i);
    });
}

/// Calls both, at once if there is a free processor.
template <class First, class Second>
void parallel_invoke(const First& first, const Second& second) {
    TaskOrder order;
    oneapi::tbb::parallel_invoke([&order, &first]() VITRINE_TASK { order.execute(first); },
                                 [&order, &second]() VITRINE_TASK { order.execute(second); });
}

/// Calls `body`. While this thread waits for tasks in it, it executes no task of another call: it
/// may hold a lock that such a task waits for, or a buffer that such a task would overwrite.
template <class Body>
void isolate_tasks(const Body& body) {
    oneapi::tbb::this_task_arena::isolate(body);
}

} // namespace vitrine
