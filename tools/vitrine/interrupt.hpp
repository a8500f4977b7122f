// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace vitrine::tool {

/// While it exists, turns SIGINT and SIGTERM into a stop request. A thread waits for the signals,
/// since a signal handler may do almost nothing. A second signal ends the process at once.
///
/// Create it before other threads start, so that they inherit the blocked signals. Signals that are
/// ignored (as under nohup) stay ignored.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const noexcept { return source_.get_token(); }

private:
    void watch();

    std::stop_source source_;
    sigset_t watched_{};
    sigset_t before_{};
    std::thread watcher_;
};

} // namespace vitrine::tool
