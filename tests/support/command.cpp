// SPDX-License-Identifier: MIT
#include "support/command.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace vitrine::test {

namespace {

struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("cannot make a pipe");
    }
    return {ends[0], ends[1]};
}

Pipe make_terminal() {
    Pipe ends;
    if (::openpty(&ends.read_end, &ends.write_end, nullptr, nullptr, nullptr) != 0) {
        throw std::runtime_error("cannot make a terminal");
    }
    ::fcntl(ends.read_end, F_SETFD, FD_CLOEXEC);
    ::fcntl(ends.write_end, F_SETFD, FD_CLOEXEC);
    return ends;
}

void close_once(int& descriptor) {
    if (descriptor >= 0) {
        ::close(descriptor);
        descriptor = -1;
    }
}

const char* command_path() {
    const char* path = std::getenv("VITRINE_COMMAND");
    if (path == nullptr) {
        throw std::runtime_error("VITRINE_COMMAND is not set: run the tests by 'meson test'");
    }
    return path;
}

/// In the child, after fork: only what may be called there.
[[noreturn]] void become_command(const std::vector<char*>& arguments, const CommandOptions& options,
                                 int out, int err) {
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGPIPE, SIG_DFL);
    if (options.file_size_limit > 0) {
        // Then write(2) fails with EFBIG, as a full disk fails with ENOSPC.
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{options.file_size_limit, options.file_size_limit};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (options.descriptor_limit > 0) {
        const rlimit limit{options.descriptor_limit, options.descriptor_limit};
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (!options.directory.empty() && ::chdir(options.directory.c_str()) != 0) {
        ::_exit(126);
    }
    ::unsetenv("VITRINE_STORE");
    ::unsetenv("NO_COLOR");
    for (const auto& [name, value] : options.environment) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

} // namespace

bool can_make_terminal() {
    int first = -1;
    int second = -1;
    if (::openpty(&first, &second, nullptr, nullptr, nullptr) != 0) {
        return false;
    }
    ::close(first);
    ::close(second);
    return true;
}

struct RunningCommand::State {
    pid_t process = -1;
    int out_end = -1;
    int err_end = -1;
    CommandResult result;
    std::vector<std::string> arguments;

    /// Reads once from whichever has something. False when both are at their end.
    bool read_some() {
        std::array<pollfd, 2> ends = {pollfd{out_end, POLLIN, 0}, pollfd{err_end, POLLIN, 0}};
        if (out_end < 0 && err_end < 0) {
            return false;
        }
        if (::poll(ends.data(), ends.size(), -1) < 0) {
            return errno == EINTR;
        }
        read_from(ends[0].revents, out_end, result.out);
        read_from(ends[1].revents, err_end, result.err);
        return true;
    }

    static void read_from(short events, int& descriptor, std::string& text) {
        if (descriptor < 0 || events == 0) {
            return;
        }
        std::array<char, 65536> buffer;
        const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno != EINTR) {
            close_once(descriptor); // a terminal whose other end is gone gives EIO
        }
    }

    void reap() {
        int status = 0;
        while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
        }
        process = -1;
        result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
};

RunningCommand::RunningCommand(const std::vector<std::string>& arguments,
                               const CommandOptions& options)
    : state_(std::make_unique<State>()) {
    state_->arguments = arguments;
    state_->arguments.insert(state_->arguments.begin(), command_path());
    std::vector<char*> pointers;
    for (auto& argument : state_->arguments) {
        pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);

    Pipe out = options.terminal ? make_terminal() : make_pipe();
    Pipe err = options.terminal ? Pipe{} : make_pipe();
    int file = -1;
    if (!options.output_file.empty()) {
        file = ::open(options.output_file.c_str(), O_WRONLY | O_CLOEXEC);
    }
    state_->process = ::fork();
    if (state_->process == 0) {
        become_command(pointers, options, file >= 0 ? file : out.write_end,
                       options.terminal ? out.write_end : err.write_end);
    }
    close_once(out.write_end);
    close_once(err.write_end);
    close_once(file);
    state_->out_end = out.read_end;
    state_->err_end = err.read_end;
    if (state_->process < 0) {
        throw std::runtime_error("cannot start a process");
    }
}

RunningCommand::~RunningCommand() {
    close_once(state_->out_end);
    close_once(state_->err_end);
    if (state_->process > 0) {
        ::kill(state_->process, SIGKILL);
        state_->reap();
    }
}

bool RunningCommand::wait_for_message(const std::string& text) {
    while (state_->result.err.find(text) == std::string::npos) {
        if (!state_->read_some()) {
            return false;
        }
    }
    return true;
}

void RunningCommand::close_output_after(std::size_t bytes) {
    while (state_->result.out.size() < bytes && state_->read_some()) {
    }
    close_once(state_->out_end);
}

void RunningCommand::signal(int number) {
    ::kill(state_->process, number);
}

CommandResult RunningCommand::finish() {
    while (state_->read_some()) {
    }
    state_->reap();
    return state_->result;
}

CommandResult run_vitrine(const std::vector<std::string>& arguments,
                          const CommandOptions& options) {
    return RunningCommand(arguments, options).finish();
}

CommandResult vitrine_ok(const std::vector<std::string>& arguments, const CommandOptions& options) {
    CommandResult result = run_vitrine(arguments, options);
    if (result.exit_code != 0) {
        std::string line = "vitrine";
        for (const auto& argument : arguments) {
            line += " " + argument;
        }
        FAIL(line << "\nended with " << result.exit_code << "\n" << result.out << result.err);
    }
    return result;
}

} // namespace vitrine::test
