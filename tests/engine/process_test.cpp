// SPDX-License-Identifier: MIT
// Several processes with one store. A child is a fork that opens the store itself; two that must
// alternate send messages through pipes.
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/store/file_lock.hpp"
#include "engine/worker.hpp"
#include "object/object_store.hpp"
#include "object/pack_file.hpp"
#include "support/check_throws.hpp"
#include "support/child_process.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace vitrine::test {

TEST_CASE("gc deletes files that a reader in another process may need after it has ended") {
    const StoreFolder folder;
    commit_files(*folder.open(), "x", {{"a", "precious"}});
    const Signal opened;
    const Signal collected;
    ChildProcess reader([&] {
        const auto engine = folder.open();
        const auto version = engine->open_version("x");
        opened.give();
        collected.wait();
        if (read_all(*engine, *version) != Contents{{"a", "precious"}}) {
            ::_exit(1);
        }
    });
    opened.wait();
    const auto engine = folder.open();
    engine->remove("x:*", false);
    const GcReport waiting = engine->gc({});
    CHECK(waiting.freed_files == 0);
    CHECK(waiting.waiting_files == 3);
    CHECK(waiting.readers == 1);
    collected.give();
    CHECK(reader.wait() == 0);
    const GcReport freed = engine->gc({});
    CHECK(freed.freed_files == 3);
    CHECK(freed.readers == 0);
    CHECK(files_of(folder.root()) == std::vector<std::string>{"records/artifacts/x/head.json"});
}

TEST_CASE("gc removes the lease of a killed process with its staging folder") {
    const StoreFolder folder;
    commit_files(*folder.open(), "x", {{"a", "alone"}});
    const Signal ready;
    ChildProcess writer([&] {
        const auto engine = folder.open();
        const auto version = engine->open_version("x");
        const auto draft = engine->new_draft(version);
        put_entry(*draft, "b", "staged");
        ready.give();
        ::pause();
    });
    ready.wait();
    const auto engine = folder.open();
    engine->remove("x:*", false);
    CHECK(engine->gc({}).readers == 1);
    writer.kill();
    CHECK(writer.wait() == 128 + SIGKILL);
    const GcReport report = engine->gc({});
    CHECK(report.freed_files == 3);
    CHECK(report.readers == 0);
    CHECK(files_of(folder.root()) == std::vector<std::string>{"records/artifacts/x/head.json"});
}

TEST_CASE("a draft in another process can commit an object that gc marked meanwhile") {
    const StoreFolder folder;
    commit_files(*folder.open(), "x", {{"a", "bytes"}});
    folder.open()->remove("x:*", false);
    const Signal drafted;
    const Signal collected;
    ChildProcess writer([&] {
        const auto engine = folder.open();
        const auto draft = engine->new_draft(nullptr);
        const Entry entry = put_entry(*draft, "b", "bytes");
        drafted.give();
        collected.wait();
        engine->commit(*draft, request_of("y", {entry}), {});
    });
    drafted.wait();
    const auto engine = folder.open();
    CHECK(engine->gc({}).waiting_files == 3);
    collected.give();
    CHECK(writer.wait() == 0);
    engine->gc({});
    CHECK(read_all(*engine, *engine->open_version("y")) == Contents{{"b", "bytes"}});
    check_sound(folder);
}

TEST_CASE("a commit that waits too long for the write lock fails and keeps the draft") {
    const StoreFolder folder;
    const auto engine = folder.open(impatient());
    const auto draft = engine->new_draft(nullptr);
    const CommitRequest request = request_of("x", {put_entry(*draft, "a", "1")});
    {
        const auto lock =
            FileLock::try_take(folder.root() / "write.lock", FileLock::Mode::Exclusive);
        REQUIRE(lock);
        check_throws([&] { engine->commit(*draft, request, {}); }, ErrorCode::Locked,
                     "is locked by another writer");
        CHECK(engine->list().empty());
    }
    CHECK(engine->commit(*draft, request, {})->record().number == 0);
    check_sound(folder);
}

TEST_CASE("of two processes that make the same store, one succeeds") {
    const TemporaryDirectory folder;
    const auto root = folder.path() / "store";
    const auto make = [&] {
        try {
            Engine::create(root, {"", "0.10", Durability::fast}, {});
        } catch (const Error& error) {
            ::_exit(error.code() == ErrorCode::AlreadyExists ? 1 : 2);
        }
    };
    ChildProcess first(make);
    ChildProcess second(make);
    CHECK(first.wait() + second.wait() == 1);
    CHECK(Engine::open(root, {})->list().empty());
}

TEST_CASE("threads that add the same bytes write them once") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const auto draft = engine->new_draft(nullptr);
    constexpr int kDistinct = 50;
    const auto bytes = [](int i) { return "bytes " + std::to_string(i % kDistinct); };
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 4 * kDistinct; ++i) {
                put_entry(*draft, "f", bytes(i));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::vector<Entry> entries;
    for (int i = 0; i < kDistinct; ++i) {
        entries.push_back(put_entry(*draft, "f" + std::to_string(i), bytes(i)));
    }
    const auto version = engine->commit(*draft, request_of("x", entries), {});
    CHECK(read_all(*engine, *version).at("f7") == "bytes 7");
    std::uint64_t packed = 0;
    ObjectStore(folder.root() / "objects", real_file_system())
        .for_each_pack([&](const std::filesystem::path& path, const std::optional<Sha256>& name) {
            const PackReader pack(path);
            CHECK(pack.name() == name);
            packed += pack.items().size();
        });
    CHECK(packed == kDistinct);
    check_sound(folder);
}

namespace {

/// Calls something before each rename, among them those inside of a commit's transaction.
class InterruptedFileSystem : public FileSystem {
public:
    std::function<void()> before_rename;
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        if (before_rename) {
            before_rename();
        }
        FileSystem::rename(from, to);
    }
};

} // namespace

TEST_CASE("readers do not wait for a commit of the same process") {
    const StoreFolder folder;
    const auto files = std::make_shared<InterruptedFileSystem>();
    const auto engine = folder.open(with_files(files));
    const auto first = commit_files(*engine, "x", {{"a", "1"}});
    const auto draft = engine->new_draft(nullptr);
    const CommitRequest request = request_of("x", {put_entry(*draft, "a", "2")});
    int interrupted = 0;
    files->before_rename = [&] {
        std::thread reader([&] {
            const auto version = engine->open_version("x");
            CHECK(version->record().number == 0);
            CHECK(read_all(*engine, *version) == Contents{{"a", "1"}});
            CHECK(engine->list().size() == 1);
        });
        reader.join();
        ++interrupted;
    };
    engine->commit(*draft, request, {});
    CHECK(interrupted >= 5); // the bytes, a segment, a manifest, the record and the head
    files->before_rename = nullptr;
    CHECK(engine->open_version("x")->record().number == 1);
}

// ---- All at once

namespace {

/// A worker of the stress test: commits, reads, removes and collects garbage at random.
void work(const StoreFolder& folder, std::uint32_t seed, int steps) {
    const auto engine = folder.open();
    const auto play = [&](std::uint32_t thread_seed) {
        std::mt19937 random(thread_seed);
        for (int step = 0; step < steps; ++step) {
            const std::string name = "n" + std::to_string(random() % 3);
            try {
                switch (random() % 6) {
                case 0:
                case 1:
                case 2: {
                    Contents contents;
                    for (unsigned i = 0; i <= random() % 6; ++i) {
                        contents["f" + std::to_string(random() % 10)] =
                            "bytes " + std::to_string(random() % 40);
                    }
                    const auto version = commit_files(*engine, name, contents);
                    if (read_all(*engine, *version) != contents) {
                        ::_exit(3);
                    }
                    break;
                }
                case 3: {
                    const auto version = engine->open_version(name);
                    read_all(*engine, *version);
                    break;
                }
                case 4:
                    engine->remove(name + ":v" + std::to_string(random() % 20), false);
                    break;
                default:
                    engine->gc({});
                }
            } catch (const Error& error) {
                // Another worker may have removed the version, or may be collecting garbage.
                if (error.code() != ErrorCode::NotFound && error.code() != ErrorCode::Locked) {
                    throw;
                }
            }
        }
    };
    std::thread other(play, seed + 1000);
    play(seed);
    other.join();
}

} // namespace

TEST_CASE("many threads and processes leave one store sound") {
    const StoreFolder folder;
    std::vector<ChildProcess> children;
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        children.emplace_back([&folder, seed] { work(folder, seed, 60); });
    }
    for (ChildProcess& child : children) {
        CHECK(child.wait() == 0);
    }
    check_sound(folder);
    const auto engine = folder.open();
    for (const ArtifactInfo& artifact : engine->list()) {
        for (const VersionInfo& version : engine->log(artifact.name)) {
            const auto open =
                engine->open_version(version.name + ":v" + std::to_string(version.version));
            CHECK(read_all(*engine, *open).size() == version.entries);
        }
    }
}

TEST_CASE("eight writers and eight readers of one store all succeed") {
    constexpr int kProcesses = 8;
    constexpr int kCommits = 12;
    constexpr int kReads = 40;
    const StoreFolder folder;
    MessagePipe pipe;
    std::vector<ChildProcess> children;
    for (int process = 0; process < kProcesses; ++process) {
        const auto seed = static_cast<std::uint64_t>(process);
        children.emplace_back([&, seed] {
            Worker writer(folder.open(), pipe, seed);
            for (int i = 0; i < kCommits; ++i) {
                writer.commit();
            }
        });
        children.emplace_back([&, seed] {
            Worker reader(folder.open(), pipe, seed + 100);
            for (int i = 0; i < kReads; ++i) {
                reader.read();
            }
        });
    }
    pipe.stop_telling();
    WorkLog log;
    while (const auto message = pipe.hear()) {
        log.hear(*message);
    }
    // A worker that got an error, such as a locked database, has ended with it.
    for (ChildProcess& child : children) {
        CHECK(child.wait() == 0);
    }
    CHECK(log.commits() == kProcesses * kCommits);
    for (const std::string& problem : log.check(folder.root())) {
        FAIL_CHECK(problem);
    }
    check_sound(folder);
}

TEST_CASE("writers that add the same new bytes at once do not conflict") {
    constexpr int kWriters = 4;
    constexpr int kRounds = 10;
    const StoreFolder folder;
    const auto contents_of = [](int round) {
        Contents contents;
        for (int i = 0; i <= 20; ++i) {
            contents["f" + std::to_string(i)] = "round " + std::to_string(round * i);
        }
        return contents;
    };
    std::vector<ChildProcess> children;
    for (int writer = 0; writer < kWriters; ++writer) {
        children.emplace_back([&, writer] {
            const auto engine = folder.open();
            for (int round = 0; round < kRounds; ++round) {
                commit_files(*engine, "n" + std::to_string(writer), contents_of(round));
            }
        });
    }
    for (ChildProcess& child : children) {
        CHECK(child.wait() == 0);
    }
    const auto engine = folder.open();
    for (int writer = 0; writer < kWriters; ++writer) {
        for (int round = 0; round < kRounds; ++round) {
            const auto version =
                engine->open_version("n" + std::to_string(writer) + ":v" + std::to_string(round));
            CHECK(read_all(*engine, *version) == contents_of(round));
        }
    }
    check_sound(folder);
}

} // namespace vitrine::test
