// SPDX-License-Identifier: MIT
#pragma once

#include "support/lone_fork.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <functional>
#include <iostream>
#include <utility>

namespace vitrine::test {

/// A process that runs beside the test. It opens everything that it works with itself. It ends when
/// its action returns, with status 0, or 99 if the action throws. The destructor kills it.
class ChildProcess {
public:
    explicit ChildProcess(const std::function<void()>& action) : pid_(lone_fork()) {
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            try {
                action();
            } catch (const std::exception& error) {
                std::cerr << "child: " << error.what() << '\n';
                ::_exit(99);
            }
            ::_exit(0);
        }
    }
    ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    /// Its exit status, or 128 and the signal that ended it.
    int wait() {
        const pid_t pid = std::exchange(pid_, -1);
        int status = 0;
        REQUIRE(::waitpid(pid, &status, 0) == pid);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    /// Sends SIGKILL. Does nothing if the process has ended.
    void kill() const { REQUIRE(::kill(pid_, SIGKILL) == 0); }

private:
    pid_t pid_;
};

/// One process waits here until another opens the gate or ends.
class Signal {
public:
    Signal() { REQUIRE(::pipe(ends_.data()) == 0); }
    ~Signal() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    void give() const {
        const char byte = 1;
        REQUIRE(::write(ends_[1], &byte, 1) == 1);
    }
    void wait() const {
        char byte = 0;
        REQUIRE(::read(ends_[0], &byte, 1) == 1);
    }

private:
    std::array<int, 2> ends_{};
};

} // namespace vitrine::test
