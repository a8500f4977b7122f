// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <mutex>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

fs::path object_file(const StoreFolder& folder, const Sha256& object) {
    const std::string name = object.hex();
    return folder.root() / "objects/loose" / name.substr(0, 2) / name;
}

} // namespace

TEST_CASE("verify reports a damaged object, its entries and its versions") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "fine"}, {"b", "to be damaged"}, {"c/d", "to be damaged"}});
    commit_files(*engine, "y", {{"e", "to be damaged"}, {"f", "fine too"}});
    commit_files(*engine, "z", {{"g", "fine"}});
    const VerifyReport before = engine->verify({});
    CHECK(before.ok());
    CHECK(before.objects == 3 + 3 + 3); // bytes, segments, manifests
    const Sha256 object = sha256_of("to be damaged");
    std::string problem;

    SUBCASE("a flipped bit") {
        flip_bit(object_file(folder, object));
        problem = "expected " + object.hex() + ", got ";
        check_throws([&] { engine->store().read_object(object); }, ErrorCode::Corruption,
                     object.hex());
    }
    SUBCASE("a truncated file") {
        fs::resize_file(object_file(folder, object), 3);
        problem = "expected " + object.hex() + ", got ";
    }
    SUBCASE("a missing file") {
        fs::remove(object_file(folder, object));
        problem = "missing";
        check_throws([&] { engine->store().read_object(object); }, ErrorCode::Corruption,
                     "is missing");
    }
    for (int round = 0; round < 2; ++round) {
        const VerifyReport report = engine->verify({});
        REQUIRE(report.damages.size() == 1);
        CHECK(report.damages[0].object == object.hex());
        CHECK(report.damages[0].problem.starts_with(problem));
        CHECK(report.damages[0].entries ==
              std::vector<std::string>{"x:v0/b", "x:v0/c/d", "y:v0/e"});
        CHECK(report.damages[0].versions == std::vector<std::string>{"x:v0", "y:v0"});
    }
    // Adding the same bytes again restores it, although the version stays the same.
    const auto again = commit_files(*engine, "y", {{"e", "to be damaged"}, {"f", "fine too"}});
    CHECK(again->record().number == 0);
    CHECK(engine->store().read_object(object) == "to be damaged");
    CHECK(engine->verify({}).ok());
    check_sound(folder);
}

TEST_CASE("verify unmarks an object whose bytes were put back by hand") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "bytes"}});
    const fs::path path = object_file(folder, sha256_of("bytes"));
    flip_bit(path);
    CHECK(!engine->verify({}).ok());
    flip_bit(path);
    CHECK(engine->verify({}).ok());
    const auto draft = engine->new_draft(nullptr);
    put_entry(*draft, "a", "bytes");
    CHECK(files_of(folder.root() / ".").size() == files_of(folder.root()).size());
    for (const std::string& file : files_of(folder.root())) {
        CHECK(!file.starts_with("staging/"));
    }
}

TEST_CASE(
    "verify reports the versions of a damaged segment or manifest; the same content restores it") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const Contents contents = {{"a", "1"}, {"b", "2"}};
    commit_files(*engine, "x", contents);
    fs::path victim;
    bool readable = true;
    SUBCASE("a segment") {
        for (const std::string& file : files_of(folder.root())) {
            if (file.starts_with("objects/") && fs::file_size(folder.root() / file) > 1) {
                victim = folder.root() / file;
            }
        }
        readable = false;
    }
    SUBCASE("a manifest") {
        for (const std::string& file : files_of(folder.root())) {
            if (file.ends_with(".manifest")) {
                victim = folder.root() / file;
            }
        }
    }
    flip_bit(victim);
    const VerifyReport report = folder.open()->verify({});
    REQUIRE(report.damages.size() == 1);
    CHECK(report.damages[0].object == victim.stem().native());
    CHECK(report.damages[0].versions == std::vector<std::string>{"x:v0"});
    if (!readable) {
        check_throws([&] { folder.open()->open_version("x")->manifest().find("a"); },
                     ErrorCode::Corruption, "");
    }
    CHECK(commit_files(*engine, "x", contents)->record().number == 0);
    const auto fresh = folder.open();
    CHECK(read_all(*fresh, *fresh->open_version("x")) == contents);
    check_sound(folder);
}

TEST_CASE("verify reports progress, and can be stopped") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "1"}, {"b", "2"}});
    std::uint64_t calls = 0;
    ProgressOptions progress;
    progress.observer = [&](const Progress&) { ++calls; };
    engine->verify(progress);
    CHECK(calls >= 2);
    std::stop_source stop;
    progress.observer = [&](const Progress&) { stop.request_stop(); };
    progress.stop = stop.get_token();
    check_throws([&] { engine->verify(progress); }, ErrorCode::Cancelled, "cancelled");
}

TEST_CASE("stats count each object of an entry once") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "12345"}, {"b", "12345"}, {"c", "123"}});
    commit_files(*engine, "x", {{"a", "12345"}});
    commit_files(*engine, "y", {{"a", "123"}});
    const StoreStats stats = engine->stats();
    CHECK(stats.artifacts == 2);
    CHECK(stats.versions == 3);
    CHECK(stats.objects == 2);
    CHECK(stats.object_bytes == 8);
    CHECK(stats.logical_bytes == 13 + 5 + 3);
    CHECK(stats.manifest_bytes > 0);
    CHECK(stats.stored_bytes == stats.object_bytes + stats.manifest_bytes);
    engine->remove("x:*", false);
    CHECK(engine->stats().objects == 1);
    CHECK(engine->stats().stored_bytes == stats.stored_bytes);
    engine->gc({});
    const StoreStats after = engine->stats();
    CHECK(after.stored_bytes == after.object_bytes + after.manifest_bytes);
}

} // namespace vitrine::test
