// SPDX-License-Identifier: MIT
#include "interrupt.hpp"

#include "exit_codes.hpp"

#include <unistd.h>

namespace vitrine::tool {

namespace {

/// Tells the watching thread to end; sent by the destructor only.
constexpr int kEndSignal = SIGUSR2;

bool is_ignored(int signal) {
    struct sigaction action {};
    return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

} // namespace

Interrupt::Interrupt() {
    sigemptyset(&watched_);
    for (const int signal : {SIGINT, SIGTERM}) {
        if (!is_ignored(signal)) {
            sigaddset(&watched_, signal);
        }
    }
    sigaddset(&watched_, kEndSignal);
    pthread_sigmask(SIG_BLOCK, &watched_, &before_);
    watcher_ = std::thread([this] { watch(); });
}

Interrupt::~Interrupt() {
    pthread_kill(watcher_.native_handle(), kEndSignal);
    watcher_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::watch() {
    for (;;) {
        int signal = 0;
        if (sigwait(&watched_, &signal) != 0 || signal == kEndSignal) {
            return;
        }
        if (!source_.request_stop()) {
            _exit(kInterrupted);
        }
    }
}

} // namespace vitrine::tool
