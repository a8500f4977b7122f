// SPDX-License-Identifier: MIT
#include "support/lone_fork.hpp"

#include <oneapi/tbb/global_control.h>
#include <unistd.h>

#include <new>
#include <stdexcept>

namespace vitrine::test {

pid_t lone_fork() {
    oneapi::tbb::task_scheduler_handle workers{oneapi::tbb::attach{}};
    if (!oneapi::tbb::finalize(workers, std::nothrow)) {
        throw std::runtime_error("the worker threads cannot be ended before a fork");
    }
    return ::fork();
}

} // namespace vitrine::test
