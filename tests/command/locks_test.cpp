// SPDX-License-Identifier: MIT
// The command while another process holds a lock that it needs, and when it is interrupted.
#include "command/fixture.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Holds a lock of a store as another process would: locks belong to the open file, not the
/// process.
class HeldLock {
public:
    explicit HeldLock(const fs::path& path)
        : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
        if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            throw std::runtime_error("cannot lock '" + path.string() + "'");
        }
    }
    ~HeldLock() { ::close(descriptor_); }
    HeldLock(const HeldLock&) = delete;
    HeldLock& operator=(const HeldLock&) = delete;

private:
    int descriptor_;
};

} // namespace

TEST_CASE("a writer that may not wait exits with 11 and changes nothing") {
    const Workplace place;
    place.write("a.txt", "a");
    place.write("b.txt", "b");
    place.ok({"add", "notes", "a.txt"});
    {
        const HeldLock lock(place.store() / "write.lock");
        for (const auto& arguments :
             std::vector<std::vector<std::string>>{{"add", "notes", "b.txt"},
                                                   {"rm", "notes:v0"},
                                                   {"alias", "notes:v0", "--add", "x"}}) {
            CAPTURE(arguments[0]);
            auto impatient = arguments;
            impatient.insert(impatient.end(), {"--lock-timeout", "0", "--json"});
            const CommandResult result = place.run(impatient);
            CHECK(result.exit_code == 11);
            CHECK(result.out.empty());
            CHECK(holds(result.err, "\"code\": \"locked\""));
        }
        // Readers never wait.
        CHECK(place.ok({"cat", "notes", "a.txt"}).out == "a");
        CHECK(place.json({"log", "notes"}).size() == 1);
    }
    CHECK(place.json({"add", "notes", "b.txt"})["version"] == "v1");
}

TEST_CASE("a writer that waits prints a message after a second, and fails at its timeout") {
    const Workplace place;
    place.write("a.txt", "a");
    const HeldLock lock(place.store() / "write.lock");
    const CommandResult result = place.run({"add", "notes", "a.txt", "--lock-timeout", "1.2"});
    CHECK(result.exit_code == 11);
    const std::size_t waits = result.err.find("waiting for another writer");
    REQUIRE(waits != std::string::npos);
    CHECK(result.err.find("gave up", waits) != std::string::npos);
    CHECK(fs::is_empty(place.store() / "staging"));
}

TEST_CASE("only one gc runs at a time") {
    const Workplace place;
    const HeldLock lock(place.store() / "gc.lock");
    const CommandResult result = place.run({"gc"});
    CHECK(result.exit_code == 11);
    CHECK(holds(result.err, "gc"));
}

TEST_CASE("an interrupted writer exits with 130 and changes nothing") {
    const Workplace place;
    place.write("a.txt", "a");
    place.write("b.txt", "b");
    place.ok({"add", "notes", "a.txt"});
    const HeldLock lock(place.store() / "write.lock");
    CommandOptions options;
    options.directory = place.path();
    RunningCommand command({"add", "notes", "b.txt"}, options);
    // Its message shows that it waits, so it is in the middle of its commit.
    REQUIRE(command.wait_for_message("wait"));
    command.signal(SIGINT);
    const CommandResult result = command.finish();
    CHECK(result.exit_code == 130);
    CHECK(result.out.empty());
    CHECK(place.json({"log", "notes"}).size() == 1);
    CHECK(fs::is_empty(place.store() / "staging"));
}
