// SPDX-License-Identifier: MIT
// Processes that work on one store are killed at random moments, a few hundred times.
#include "engine/worker.hpp"
#include "support/child_process.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <list>
#include <random>
#include <string>

namespace vitrine::test {

namespace {

constexpr int kWorkers = 3;

/// Sleeps for a random moment, short enough that a process is killed in the middle of something.
void dally(std::uint64_t turns) {
    volatile std::uint64_t count = 0;
    while (count < turns) {
        count = count + 1;
    }
}

/// Some processes work until each is killed.
void kill_workers(const StoreFolder& folder, WorkLog& log, std::mt19937_64& random) {
    MessagePipe pipe;
    std::list<ChildProcess> children;
    for (int i = 0; i < kWorkers; ++i) {
        const std::uint64_t seed = random();
        children.emplace_back([&folder, &pipe, seed] {
            Worker worker(folder.open(), pipe, seed);
            for (;;) {
                worker.step();
            }
        });
    }
    pipe.stop_telling();
    for (ChildProcess& child : children) {
        for (std::uint64_t messages = random() % 12; messages > 0; --messages) {
            const auto message = pipe.hear();
            REQUIRE_MESSAGE(message, "all workers have ended by themselves");
            log.hear(*message);
        }
        dally(random() % 500000);
        child.kill();
    }
    for (ChildProcess& child : children) {
        CHECK(child.wait() == 128 + SIGKILL);
    }
    while (const auto message = pipe.hear()) {
        log.hear(*message);
    }
}

void kill_often(Durability durability, int rounds) {
    const StoreFolder folder(durability);
    WorkLog log;
    std::mt19937_64 random(durability == Durability::safe ? 1 : 2);
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        kill_workers(folder, log, random);
        for (const std::string& problem : log.check(folder.root())) {
            FAIL_CHECK(problem);
        }
        // Each round finds what the rounds before left, until this gc removes it.
        if (round % 4 == 3 || round + 1 == rounds) {
            check_sound(folder);
        }
    }
    CHECK(log.commits() > static_cast<std::size_t>(rounds));
}

} // namespace

TEST_CASE("processes that are killed at random leave a fast store sound") {
    kill_often(Durability::fast, 50);
}

TEST_CASE("processes that are killed at random leave a safe store sound") {
    kill_often(Durability::safe, 30);
}

} // namespace vitrine::test
