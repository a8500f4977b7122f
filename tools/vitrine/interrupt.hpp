// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace vitrine::tool {

/// Turns SIGINT and SIGTERM into a request to stop while it lives: a thread waits for them, since
/// next to nothing may be done in a handler. The second signal ends the process at once.
///
/// Make it before other threads are started, which inherit that the signals are blocked. Signals
/// that are ignored (as under nohup) stay ignored.
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
