// SPDX-License-Identifier: MIT
#pragma once

#include "engine/soundness.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>

namespace vitrine::test {

/// A message about what the process will do, or has done. It is sent in one piece.
struct Message {
    enum class Kind : std::uint32_t { Committing, Committed, Removing, Removed, Other };
    Kind kind = Kind::Other;
    std::uint32_t name = 0;
    std::uint64_t number = 0;
    std::uint64_t seed = 0; ///< of a version's contents
};

/// A channel from many processes to one.
class MessagePipe {
public:
    MessagePipe();
    ~MessagePipe();
    MessagePipe(const MessagePipe&) = delete;
    MessagePipe& operator=(const MessagePipe&) = delete;

    void tell(const Message& message) const;
    /// This process sends no more. When all others have ended, hear() ends.
    void stop_telling();
    std::optional<Message> hear() const;

private:
    std::array<int, 2> ends_{-1, -1};
};

constexpr std::uint32_t kWorkerNames = 3;
std::string worker_name(std::uint32_t name);

/// The contents of a version with this seed: a few or many small objects, or a large one; some are
/// in all versions, some are new with each seed.
Contents contents_of_seed(std::uint64_t seed);
/// Whether an open version has the contents of the seed in its description.
bool is_as_seeded(Engine& engine, const OpenVersion& version);

/// One of many processes that work on a store: commits, removes, sets aliases, reads and collects
/// garbage at random, and sends messages about it.
class Worker {
public:
    Worker(std::shared_ptr<Engine> engine, const MessagePipe& pipe, std::uint64_t seed)
        : engine_(std::move(engine)), pipe_(pipe), random_(seed) {}

    /// Does one thing. Throws if something is not as it must be.
    void step();
    void commit();
    void read();

private:
    void remove();
    std::optional<std::uint64_t> draw_number(const std::string& name);
    std::uint32_t draw_name() { return static_cast<std::uint32_t>(random_() % kWorkerNames); }

    std::shared_ptr<Engine> engine_;
    const MessagePipe& pipe_;
    std::mt19937_64 random_;
};

/// What is known about a store from the messages of its workers.
class WorkLog {
public:
    /// A version that was reported twice is a problem.
    void hear(const Message& message);
    /// Whether the store has the versions that the workers reported, whole, and without gaps or
    /// repeats.
    Problems check(const std::filesystem::path& root);
    std::size_t commits() const { return committed_.size(); }

private:
    using Version = std::pair<std::uint32_t, std::uint64_t>;

    Problems check_name(Engine& engine, std::uint32_t name, std::uint64_t next_number,
                        const std::set<std::uint64_t>& numbers);

    std::map<Version, std::uint64_t> committed_; ///< seeds
    std::set<std::uint64_t> committing_;
    std::set<Version> removing_;
    std::set<Version> removed_;
    Problems problems_;
};

} // namespace vitrine::test
