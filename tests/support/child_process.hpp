// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <functional>
#include <iostream>
#include <utility>

namespace vitrine::test {

/// A process that runs beside the test. It opens for itself whatever it works with, and ends with
/// its action: with status 0, or 99 if that throws. One that was not waited for is killed.
class ChildProcess {
public:
    explicit ChildProcess(const std::function<void()>& action) : pid_(::fork()) {
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

private:
    pid_t pid_;
};

} // namespace vitrine::test
