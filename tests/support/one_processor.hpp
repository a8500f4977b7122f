// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <sched.h>

namespace vitrine::test {

/// While it exists, this thread and the processes that it starts use one processor, so that oneTBB
/// has one thread in them. For tests that depend on how threads share the work.
class OneProcessor {
public:
    OneProcessor() {
        REQUIRE(::sched_getaffinity(0, sizeof before_, &before_) == 0);
        cpu_set_t one;
        CPU_ZERO(&one);
        for (std::size_t i = 0; i < CPU_SETSIZE; ++i) {
            if (CPU_ISSET(i, &before_)) {
                CPU_SET(i, &one);
                break;
            }
        }
        REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
    }
    ~OneProcessor() { ::sched_setaffinity(0, sizeof before_, &before_); }
    OneProcessor(const OneProcessor&) = delete;
    OneProcessor& operator=(const OneProcessor&) = delete;

private:
    cpu_set_t before_{};
};

} // namespace vitrine::test
