// SPDX-License-Identifier: MIT
// A store may come from anyone: what lies in the place of an object may be a link to a file of the
// user, or a FIFO. A checkout touches neither, and neither do values that are carried elsewhere.
#include <vitrine/core/error.hpp>

#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;
using test::check_throws;
using test::read_text;
using test::StoreFixture;
using test::write_text;

const std::string kBytes(100000, 'x');

struct Hostile {
    const char* what;
    /// Replaces the file of an object; "secret" is a file of the user with the same bytes.
    std::function<void(const fs::path& object)> replace;
    const char* message;
};

const std::vector<Hostile>& hostiles() {
    static const std::vector<Hostile> list = {
        {"a link to a file of the user",
         [](const fs::path& object) {
             fs::remove(object);
             fs::create_symlink(fs::absolute("secret"), object);
         },
         "is a link"},
        {"its folder is a link to a folder of the user",
         [](const fs::path& object) {
             fs::create_directories("home");
             fs::rename("secret", fs::path("home") / object.filename());
             fs::remove_all(object.parent_path());
             fs::create_directory_symlink(fs::absolute("home"), object.parent_path());
             fs::create_symlink(fs::path("home") / object.filename(), "secret");
         },
         "is a link"},
        {"a FIFO",
         [](const fs::path& object) {
             fs::remove(object);
             REQUIRE(::mkfifo(object.c_str(), 0600) == 0);
         },
         "expected a file"},
        {"a folder",
         [](const fs::path& object) {
             fs::remove(object);
             fs::create_directories(object);
         },
         "expected a file"},
    };
    return list;
}

/// A store with an artifact whose one large file was replaced.
struct HostileObject : StoreFixture {
    explicit HostileObject(const Hostile& hostile) {
        write_text("secret", kBytes);
        fs::permissions("secret", fs::perms::owner_read | fs::perms::owner_write);
        auto started = draft();
        const Entry entry = started.new_file("f", [](std::ostream& out) { out << kBytes; });
        artifact = commit(std::move(started));
        const std::string hex = entry.object->hex();
        const fs::path object = folder.path() / "s/objects/loose" / hex.substr(0, 2) / hex;
        REQUIRE(fs::exists(object));
        hostile.replace(object);
    }

    void check_secret() const {
        struct ::stat status = {};
        REQUIRE(::stat("secret", &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
        CHECK(status.st_nlink == 1);
        CHECK(read_text("secret") == kBytes);
    }

    std::optional<Artifact> artifact;
};

} // namespace

TEST_CASE("a checkout follows no link, and waits for no FIFO, in the place of an object") {
    for (const Hostile& hostile : hostiles()) {
        CAPTURE(hostile.what);
        for (const LinkMode link : {LinkMode::automatic, LinkMode::copy, LinkMode::hardlink}) {
            CAPTURE(static_cast<int>(link));
            const HostileObject world(hostile);
            const CheckoutReport report = world.artifact->checkout("out", {.link = link});
            REQUIRE(report.skipped.size() == 1);
            CAPTURE(report.skipped[0]);
            CHECK(report.skipped[0].find(hostile.message) != std::string::npos);
            CHECK_FALSE(fs::exists("out/f"));
            world.check_secret();
        }
    }
}

TEST_CASE("a checkout takes no file of the user for its own because an object links to it") {
    const HostileObject world({"", [](const fs::path&) {}, ""});
    const Entry entry = *world.artifact->manifest().find("f");
    const std::string hex = entry.object->hex();
    write_text("out/f", "mine");
    fs::create_hard_link("out/f", "out/second name");
    const fs::path object = fs::path("s/objects/loose") / hex.substr(0, 2) / hex;
    fs::remove(object);
    fs::create_symlink(fs::absolute("out/f"), object);
    for (const LinkMode link : {LinkMode::copy, LinkMode::hardlink}) {
        CAPTURE(static_cast<int>(link));
        const CheckoutReport report = world.artifact->checkout("out", {.link = link});
        REQUIRE(report.conflicts.size() == 1);
        CHECK(report.conflicts[0].path == "f");
        CHECK(read_text("out/f") == "mine");
    }
}

TEST_CASE("a path to the bytes of an object is never one that leads out of the store") {
    for (const Hostile& hostile : hostiles()) {
        CAPTURE(hostile.what);
        const HostileObject world(hostile);
        const auto source = world.artifact->source();
        check_throws([&] { source->local_path("f"); }, ErrorCode::Corruption, hostile.message);
        world.check_secret();
    }
}

} // namespace vitrine
