// SPDX-License-Identifier: MIT
#include "engine/worker.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/store_layout.hpp"

#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace vitrine::test {

// ---- Messages

MessagePipe::MessagePipe() {
    if (::pipe(ends_.data()) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
}

MessagePipe::~MessagePipe() {
    ::close(ends_[0]);
    stop_telling();
}

void MessagePipe::stop_telling() {
    if (ends_[1] >= 0) {
        ::close(std::exchange(ends_[1], -1));
    }
}

// A message this short is written to a pipe, and read from it, in one piece.

void MessagePipe::tell(const Message& message) const {
    if (::write(ends_[1], &message, sizeof(message)) != sizeof(message)) {
        throw std::system_error(errno, std::generic_category(), "write");
    }
}

std::optional<Message> MessagePipe::hear() const {
    Message message;
    const ssize_t got = ::read(ends_[0], &message, sizeof(message));
    if (got != 0 && got != sizeof(message)) {
        throw std::system_error(errno, std::generic_category(), "read");
    }
    return got == 0 ? std::nullopt : std::optional(message);
}

// ---- Contents

std::string worker_name(std::uint32_t name) {
    return "n" + std::to_string(name);
}

Contents contents_of_seed(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Contents contents{{"seed", std::to_string(seed)}};
    const std::uint64_t shape = random() % 8;
    const std::uint64_t objects = shape == 0 ? 24 : 1 + random() % 5;
    for (std::uint64_t i = 0; i < objects; ++i) {
        // Some bytes are common, so that they are shared, deleted and added again.
        const std::uint64_t bytes = random() % 2 == 0 ? random() : random() % 40;
        contents["f" + std::to_string(i)] = "bytes " + std::to_string(bytes);
    }
    if (shape == 1) {
        contents["large"] = std::string((std::size_t{70} << 10U) + random() % 100, 'l');
    }
    return contents;
}

bool is_as_seeded(Engine& engine, const OpenVersion& version) {
    return read_all(engine, version) == contents_of_seed(std::stoull(version.record().description));
}

// ---- Work

void Worker::commit() {
    const std::uint32_t name = draw_name();
    const std::uint64_t seed = random_();
    const auto draft = engine_->new_draft(nullptr);
    std::vector<Entry> entries;
    for (const auto& [path, bytes] : contents_of_seed(seed)) {
        entries.push_back(put_entry(*draft, path, bytes));
    }
    CommitRequest request = request_of(worker_name(name), std::move(entries));
    request.description = std::to_string(seed);
    pipe_.tell({Message::Kind::Committing, name, 0, seed});
    const auto version = engine_->commit(*draft, request, {});
    pipe_.tell({Message::Kind::Committed, name, version->record().number, seed});
}

void Worker::read() {
    const std::string name = worker_name(draw_name());
    const auto number = draw_number(name);
    if (!number) {
        return;
    }
    const auto version = engine_->open_version(concat(name, ":v", *number));
    if (!is_as_seeded(*engine_, *version)) {
        throw std::runtime_error(concat(name, ":v", *number, " is not what was committed"));
    }
}

std::optional<std::uint64_t> Worker::draw_number(const std::string& name) {
    try {
        const std::vector<VersionInfo> versions = engine_->log(name);
        return versions.at(random_() % versions.size()).version;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound) {
            return std::nullopt;
        }
        throw;
    }
}

void Worker::remove() {
    const std::uint32_t name = draw_name();
    if (const auto number = draw_number(worker_name(name))) {
        pipe_.tell({Message::Kind::Removing, name, *number, 0});
        engine_->remove(concat(worker_name(name), ":v", *number), false);
        pipe_.tell({Message::Kind::Removed, name, *number, 0});
    }
}

void Worker::step() {
    try {
        switch (random_() % 10) {
        case 0:
        case 1:
        case 2:
        case 3:
            return commit();
        case 4:
        case 5:
        case 6:
            return remove();
        case 7:
            engine_->gc({});
            break;
        case 8:
            engine_->set_aliases(worker_name(draw_name()), {"a" + std::to_string(random_() % 3)},
                                 {});
            break;
        default:
            read();
        }
        pipe_.tell({});
    } catch (const Error& error) {
        // Another process may have removed the version, or may be collecting garbage. A locked
        // catalogue must never reach the user.
        const bool is_database = dynamic_cast<const DatabaseError*>(&error) != nullptr;
        const bool is_expected =
            error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Locked;
        if (is_database || !is_expected) {
            throw;
        }
    }
}

// ---- What the store must have

void WorkLog::hear(const Message& message) {
    const Version version{message.name, message.number};
    switch (message.kind) {
    case Message::Kind::Committing:
        committing_.insert(message.seed);
        break;
    case Message::Kind::Committed:
        if (!committed_.emplace(version, message.seed).second) {
            problems_.push_back(concat("twice: ", worker_name(message.name), ":v", message.number));
        }
        break;
    case Message::Kind::Removing:
        removing_.insert(version);
        break;
    case Message::Kind::Removed:
        removed_.insert(version);
        break;
    case Message::Kind::Other:
        break;
    }
}

Problems WorkLog::check_name(Engine& engine, std::uint32_t name, std::uint64_t next_number,
                             const std::set<std::uint64_t>& numbers) {
    Problems problems;
    for (std::uint64_t number = 0; number < next_number; ++number) {
        const std::string reference = concat(worker_name(name), ":v", number);
        const Version version{name, number};
        const auto known = committed_.find(version);
        if (!numbers.contains(number)) {
            if (!removing_.contains(version)) {
                problems.push_back(
                    concat(known == committed_.end() ? "a gap: " : "lost: ", reference));
            }
            continue;
        }
        const auto open = engine.open_version(reference);
        const std::uint64_t seed = std::stoull(open->record().description);
        if (!is_as_seeded(engine, *open) || !committing_.contains(seed) ||
            (known != committed_.end() && known->second != seed)) {
            problems.push_back(concat("not what was committed: ", reference));
        }
        if (removed_.contains(version)) {
            problems.push_back(concat("removed, and there: ", reference));
        }
        // Its process may have been killed before it sent the message.
        committed_.emplace(version, seed);
    }
    for (const auto& item : committed_) {
        if (item.first.first == name && item.first.second >= next_number) {
            problems.push_back(
                concat("a number may repeat: ", worker_name(name), ":v", item.first.second));
        }
    }
    return problems;
}

Problems WorkLog::check(const std::filesystem::path& root) {
    const auto engine = Engine::open(root, {});
    const auto catalog =
        Catalog::open(StoreLayout{root}.catalog(), engine->settings().store_id, true);
    Problems problems = std::exchange(problems_, {});
    for (std::uint32_t name = 0; name < kWorkerNames; ++name) {
        const auto head = catalog->versions.find_head(worker_name(name));
        const auto numbers = catalog->versions.numbers_of(worker_name(name));
        const Problems more = check_name(*engine, name, head ? head->next_number : 0,
                                         {numbers.begin(), numbers.end()});
        problems.insert(problems.end(), more.begin(), more.end());
    }
    return problems;
}

} // namespace vitrine::test
