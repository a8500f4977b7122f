// SPDX-License-Identifier: MIT
// How files are laid out, whatever lies in the target folder already.
#include <vitrine/artifact/artifact.hpp>

#include "artifact/target_folder.hpp"
#include "support/error_of.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::error_of;
using test::read_text;
using test::write_text;

std::map<std::string, std::string> files_in(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (item.is_regular_file() && !item.is_symlink()) {
            files[item.path().lexically_relative(folder).native()] = read_text(item.path());
        }
    }
    return files;
}

ino_t inode_of(const fs::path& path) {
    struct ::stat status = {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
}

using Files = std::map<std::string, std::string>;

TEST_CASE("a checkout lays out all files and can be repeated") {
    const test::WorkingFolder folder;
    write_text("w/a.txt", "hello");
    write_text("w/b/c.txt", "deep");
    write_text("w/empty", "");
    const Artifact artifact = Artifact::open_directory("w");

    CheckoutReport report = artifact.checkout("out");
    CHECK(report.files == 3);
    CHECK(report.bytes == 9);
    CHECK(report.skipped.empty());
    const Files all = {{"a.txt", "hello"}, {"b/c.txt", "deep"}, {"empty", ""}};
    CHECK(files_in("out") == all);

    const ino_t untouched = inode_of("out/a.txt");
    fs::remove("out/empty");
    write_text("out/b/c.txt", "edit");
    report = artifact.download("out");
    CHECK(report.files == 3);
    CHECK(files_in("out") == all);
    CHECK(inode_of("out/a.txt") == untouched);
}

TEST_CASE("what a killed checkout left is removed by the next, that of a living one is not") {
    const test::WorkingFolder folder;
    write_text("w/a.txt", "hello");
    const std::string dead = "out/.vitrine-" + std::string(32, 'd');
    const std::string alive = "out/.vitrine-" + std::string(32, 'a');
    write_text(dead + "/half", "x");
    write_text(alive + "/half", "x");
    write_text("out/.vitrine-notes", "the user's own");
    const FileDescriptor lock = open_for_reading(alive);
    REQUIRE(::flock(lock.get(), LOCK_EX | LOCK_NB) == 0);

    Artifact::open_directory("w").checkout("out");
    CHECK_FALSE(fs::exists(dead));
    CHECK(fs::exists(alive));
    CHECK(fs::exists("out/.vitrine-notes"));
    CHECK(read_text("out/a.txt") == "hello");
}

TEST_CASE("links in the target folder are never followed out of it") {
    const test::WorkingFolder folder;
    write_text("w/file", "new");
    write_text("w/sub/x", "inside");
    write_text("w/sub/deep/y", "inside");
    write_text("outside/file", "keep");
    fs::create_directory("out");
    fs::create_symlink("../outside/file", "out/file");
    fs::create_symlink("../outside", "out/sub");

    const CheckoutReport report = Artifact::open_directory("w").checkout("out");
    // The link that has the file's name gives way; the one in a folder's place does not.
    CHECK_FALSE(fs::is_symlink("out/file"));
    CHECK(read_text("out/file") == "new");
    CHECK(report.files == 1);
    REQUIRE(report.skipped.size() == 2);
    CHECK(report.skipped[0].find("'sub' lies there and is no folder") != std::string::npos);
    CHECK(files_in("outside") == Files{{"file", "keep"}});
}

TEST_CASE("what is in the way is said, and the rest is laid out") {
    const test::WorkingFolder folder;
    write_text("w/a", "1");
    write_text("w/b/x", "2");
    write_text("w/c", "3");
    write_text("out/a/user", "u");
    write_text("out/b", "u");
    const CheckoutReport report = Artifact::open_directory("w").checkout("out");
    CHECK(report.files == 1);
    REQUIRE(report.skipped.size() == 2);
    CHECK(report.skipped[0].find("'a' lies there and is a folder") != std::string::npos);
    CHECK(report.skipped[1].find("'b' lies there and is no folder") != std::string::npos);
    CHECK(files_in("out") == Files{{"a/user", "u"}, {"b", "u"}, {"c", "3"}});
}

TEST_CASE("references are laid out where their bytes are at hand") {
    const test::WorkingFolder folder;
    write_text("elsewhere.txt", "hello");
    write_text("w/wandb_manifest.json", R"({"version": 1,
        "storagePolicy": "wandb-storage-policy-v1", "contents": {
        "local": {"digest": "XUFAKrxLKna5cZ2REBfFkg==", "ref": "file://elsewhere.txt", "size": 5},
        "unchecked": {"digest": "file://elsewhere.txt", "ref": "file://elsewhere.txt"},
        "remote": {"digest": "http://h/x", "ref": "http://h/x"}}})");
    const Artifact artifact = Artifact::open_directory("w");
    const CheckoutReport report = artifact.checkout("out");
    CHECK(files_in("out") == Files{{"local", "hello"}, {"unchecked", "hello"}});
    REQUIRE(report.skipped.size() == 1);
    CHECK(report.skipped[0].find("'remote': its bytes are not here") == 0);
    CHECK(report.skipped[0].find("'http://h/x'") != std::string::npos);

    write_text("elsewhere.txt", "other");
    const auto changed = error_of([&] { artifact.checkout("out2"); });
    REQUIRE(changed);
    CHECK(changed->code == ErrorCode::Corruption);
    CHECK(changed->message.find("'local'") != std::string::npos);
    CHECK(files_in("out2").count("local") == 0);
    const auto remote = error_of([&] { artifact.get_path("remote").download("out3"); });
    REQUIRE(remote);
    CHECK(remote->code == ErrorCode::Unsupported);
}

TEST_CASE("one entry can be downloaded") {
    const test::WorkingFolder folder;
    write_text("w/b/c.txt", "deep");
    const Artifact artifact = Artifact::open_directory("w");
    const fs::path file = artifact.get_path("b/c.txt").download("out");
    CHECK(file == fs::path("out/b/c.txt"));
    CHECK(files_in("out") == Files{{"b/c.txt", "deep"}});
    fs::remove(file);
    fs::create_directory(file);
    const auto error = error_of([&] { artifact.get_path("b/c.txt").download("out"); });
    REQUIRE(error);
    CHECK(error->code == ErrorCode::AlreadyExists);
}

TEST_CASE("how files are linked is the caller's choice") {
    const test::WorkingFolder folder;
    write_text("w/a.txt", "hello");
    const Artifact artifact = Artifact::open_directory("w");
    artifact.checkout("copied", {.link = LinkMode::copy});
    CHECK(inode_of("copied/a.txt") != inode_of("w/a.txt"));
    artifact.checkout("linked", {.link = LinkMode::hardlink});
    CHECK(inode_of("linked/a.txt") == inode_of("w/a.txt"));
    CHECK((fs::status("linked/a.txt").permissions() & fs::perms::owner_write) == fs::perms::none);
    const auto shared = error_of([&] { artifact.checkout("ref", {.link = LinkMode::reflink}); });
    if (shared) { // A file system that cannot says so.
        CHECK(shared->code == ErrorCode::Unsupported);
        CHECK(shared->message.find("'a.txt'") != std::string::npos);
    } else {
        CHECK(read_text("ref/a.txt") == "hello");
    }
}

TEST_CASE("a cancelled checkout stops, and progress counts every entry") {
    const test::WorkingFolder folder;
    for (int i = 0; i < 20; ++i) {
        write_text("w/" + std::to_string(i), "x");
    }
    const Artifact artifact = Artifact::open_directory("w");
    std::uint64_t last = 0;
    std::uint64_t total = 0;
    artifact.checkout("out", {.progress = {.observer = [&](const Progress& progress) {
                                  last = progress.done;
                                  total = progress.total;
                              }}});
    CHECK(last == 20);
    CHECK(total == 20);
    std::stop_source stop;
    stop.request_stop();
    const auto error =
        error_of([&] { artifact.checkout("out2", {.progress = {.stop = stop.get_token()}}); });
    REQUIRE(error);
    CHECK(error->code == ErrorCode::Cancelled);
    CHECK(fs::is_empty("out2"));
}

TEST_CASE("two names that the file system takes for one are not laid over each other") {
    const test::WorkingFolder folder;
    TargetFolder target("out");
    const auto never_equal = [](const FileDescriptor&) { return false; };
    const auto make = [](const std::string& text) {
        return [text](const fs::path& path) { write_text(path, text); };
    };
    CHECK_FALSE(target.put("a", never_equal, make("first")));
    // A hard link stands in for the second name: the same file, found under another name.
    fs::create_hard_link("out/a", "out/A");
    const auto problem = target.put("A", never_equal, make("second"));
    REQUIRE(problem);
    CHECK(problem->find("takes the name of 'A'") != std::string::npos);
    CHECK(read_text("out/a") == "first");
}

} // namespace
