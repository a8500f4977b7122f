// SPDX-License-Identifier: MIT
// How checkout writes files, whatever the target folder contains already.
#include <vitrine/artifact/artifact.hpp>

#include "artifact/checkout/output_file.hpp"
#include "artifact/checkout/target_folder.hpp"
#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"
#include "support/lone_fork.hpp"
#include "support/paths.hpp"
#include "support/skip.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::check_throws;
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
    report = artifact.download("out");
    CHECK(report.files == 3);
    CHECK(report.unchanged == 2);
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
    CHECK(fs::is_symlink("out/file"));
    CHECK(report.files == 0);
    CHECK(report.skipped.empty());
    // What is in the way of a folder is named once, for all that goes below it.
    REQUIRE(report.conflicts.size() == 2);
    CHECK(report.conflicts[0] == CheckoutConflict{"file", "a symbolic link"});
    CHECK(report.conflicts[1] ==
          CheckoutConflict{"sub", "a symbolic link lies where a folder goes"});
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
    CHECK_FALSE(report.is_complete());
    REQUIRE(report.conflicts.size() == 2);
    CHECK(report.conflicts[0].path == "a");
    CHECK(report.conflicts[0].reason.find("a folder with 'user'") == 0);
    CHECK(report.conflicts[1].path == "b");
    CHECK(report.conflicts[1].reason.find("lies where a folder goes") != std::string::npos);
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
    check_throws([&] { artifact.checkout("out2"); }, ErrorCode::Corruption, "'local'");
    CHECK(files_in("out2").count("local") == 0);
    check_throws([&] { artifact.get_path("remote").download("out3"); }, ErrorCode::Unsupported);
}

TEST_CASE("one entry can be downloaded") {
    const test::WorkingFolder folder;
    write_text("w/b/c.txt", "deep");
    const Artifact artifact = Artifact::open_directory("w");
    const fs::path file = artifact.get_path("b/c.txt").download("out");
    CHECK(file == fs::path("out/b/c.txt"));
    CHECK(files_in("out") == Files{{"b/c.txt", "deep"}});
    write_text(file, "edit");
    check_throws([&] { artifact.get_path("b/c.txt").download("out"); }, ErrorCode::AlreadyExists,
                 "'b/c.txt': a file whose bytes no version");
    fs::remove(file);
    write_text(file / "mine", "m");
    check_throws([&] { artifact.get_path("b/c.txt").download("out"); }, ErrorCode::AlreadyExists);
    CHECK(files_in("out") == Files{{"b/c.txt/mine", "m"}});
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
    try {
        artifact.checkout("ref", {.link = LinkMode::reflink});
        CHECK(read_text("ref/a.txt") == "hello");
    } catch (const Error& error) { // the file system cannot share blocks
        CHECK(error.code() == ErrorCode::Unsupported);
        CHECK(std::string_view(error.what()).find("'a.txt'") != std::string_view::npos);
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
    check_throws([&] { artifact.checkout("out2", {.progress = {.stop = stop.get_token()}}); },
                 ErrorCode::Cancelled);
    CHECK(fs::is_empty("out2"));
}

/// A file that a target folder is asked to lay out: it is never like what is there.
class PlainFile final : public NewFile {
public:
    explicit PlainFile(std::string text) : text_(std::move(text)) {}

    Likeness compare(FoundFile&) override { return Likeness::Other; }
    bool create(const FileDescriptor& folder, const std::string& name) override {
        OutputFile output(folder, name);
        if (!output.create(0644)) {
            return false;
        }
        output.write(as_bytes(text_));
        output.keep();
        return true;
    }

private:
    std::string text_;
};

TEST_CASE("a new folder is brought into place as a whole, and not before") {
    const test::WorkingFolder folder;
    {
        TargetFolder target("out");
        PlainFile file("text");
        CHECK_FALSE(target.put("a/b/c", file).obstacle);
        CHECK_FALSE(target.put("d/e", file).obstacle);
        CHECK_FALSE(fs::exists("out/a"));
        CHECK_FALSE(fs::exists("out/d"));
        CHECK(target.publish("d").empty());
        CHECK(read_text("out/a/b/c") == "text");
        CHECK_FALSE(fs::exists("out/d"));
        // What is there gets its files one by one.
        CHECK_FALSE(target.put("a/f", file).obstacle);
        CHECK(read_text("out/a/f") == "text");
        CHECK_FALSE(target.put("d/g", file).obstacle);
        CHECK_FALSE(fs::exists("out/d"));
        CHECK(target.publish().empty());
        CHECK_FALSE(target.put("lost/x", file).obstacle);
    }
    CHECK(files_in("out") ==
          Files{{"a/b/c", "text"}, {"a/f", "text"}, {"d/e", "text"}, {"d/g", "text"}});
}

TEST_CASE("a folder that somebody else makes meanwhile is filled, not replaced") {
    const test::WorkingFolder folder;
    TargetFolder target("out");
    PlainFile file("ours");
    for (const char* place : {"a/equal", "a/other", "a/sub/new", "a/free/x", "b/x", "c/x/y"}) {
        CHECK_FALSE(target.put(place, file).obstacle);
    }
    write_text("out/a/equal", "ours");
    write_text("out/a/other", "theirs");
    write_text("out/a/own", "theirs");
    write_text("out/a/sub/own", "theirs");
    write_text("out/b", "theirs");
    write_text("out/c/x", "theirs");
    const ino_t equal = inode_of("out/a/equal");
    const std::vector<Obstacle> obstacles = target.publish();
    REQUIRE(obstacles.size() == 3);
    CHECK(obstacles[0].path == "a/other");
    CHECK(obstacles[1].path == "b");
    CHECK(obstacles[2].path == "c/x");
    CHECK(inode_of("out/a/equal") == equal);
    Files there = files_in("out");
    std::erase_if(there, [](const auto& item) { return item.first.starts_with(".vitrine-"); });
    CHECK(there == Files{{"a/equal", "ours"},
                         {"a/free/x", "ours"},
                         {"a/other", "theirs"},
                         {"a/own", "theirs"},
                         {"a/sub/new", "ours"},
                         {"a/sub/own", "theirs"},
                         {"b", "theirs"},
                         {"c/x", "theirs"}});
}

TEST_CASE("more folders than are kept open at once are filled") {
    const test::WorkingFolder folder;
    for (int i = 0; i < 300; ++i) {
        write_text("w/" + std::to_string(i) + "/deep/x", std::to_string(i));
        write_text("w/" + std::to_string(i) + "/y", std::to_string(i));
    }
    const Artifact artifact = Artifact::open_directory("w");
    for (int turn = 0; turn < 2; ++turn) {
        const CheckoutReport report = artifact.checkout("out");
        CHECK(report.files == 600);
        CHECK(report.copies == (turn == 0 ? 600 : 0));
        CHECK(report.unchanged == (turn == 0 ? 0 : 600));
        CHECK(files_in("out") == files_in("w"));
    }
}

TEST_CASE("a checkout that fails leaves whole files alone") {
    const test::WorkingFolder folder;
    write_text("w/a/first", "good");
    write_text("w/b/second", "bad!");
    Artifact::open_directory("w").checkout("self", {.self_contained = true});
    write_text("self/wandb_manifest.json",
               R"({"version": 1, "storagePolicy": "wandb-storage-policy-v1", "contents": {
        "a/first": {"digest": "dV+FwnI7s5OBxzeaYEFg2A==", "size": 4},
        "b/second": {"digest": "AAAAAAAAAAAAAAAAAAAAAA==", "size": 4}}})");
    check_throws([&] { Artifact::open_directory("self").checkout("out"); }, ErrorCode::Corruption);
    const Files there = files_in("out");
    CHECK(there.count("b/second") == 0);
    for (const auto& [place, text] : there) {
        CHECK(place == "a/first");
        CHECK(text == "good");
    }
    for (const auto& item : fs::directory_iterator("out")) {
        CHECK_FALSE(item.path().filename().native().starts_with(".vitrine-"));
    }
}

TEST_CASE("a checkout of hard links says what it could not link to") {
    const test::StoreFixture fixture;
    write_text("mine.txt", "of somebody else");
    auto draft = fixture.draft();
    draft.add_bytes("one", "a/one");
    draft.add_bytes("two", "a/two");
    draft.add_reference("file://" + fs::absolute("mine.txt").native(), "mine");
    const Artifact artifact = fixture.commit(std::move(draft));
    const CheckoutReport report = artifact.checkout("out", {.link = LinkMode::hardlink});
    CHECK(report.files == 3);
    CHECK(report.hard_links + report.copies == 3);
    // The file of a reference is the user's own: never shared, never made read-only.
    CHECK(inode_of("out/mine") != inode_of("mine.txt"));
    CHECK((fs::status("mine.txt").permissions() & fs::perms::owner_write) != fs::perms::none);
    CHECK((fs::status("out/mine").permissions() & fs::perms::owner_write) != fs::perms::none);
    CHECK((fs::status("out/a/one").permissions() & fs::perms::owner_write) == fs::perms::none);
    CHECK(artifact.checkout("out", {.link = LinkMode::hardlink}).unchanged == 3);
    // If hard links are requested, an equal copy is replaced by one; otherwise any equal file
    // stays.
    if (report.hard_links > 0) {
        artifact.checkout("copied", {.link = LinkMode::copy});
        CHECK(inode_of("copied/a/one") != inode_of("out/a/one"));
        artifact.checkout("copied", {.link = LinkMode::hardlink});
        CHECK(inode_of("copied/a/one") == inode_of("out/a/one"));
        // A link that was not asked for becomes a copy; the file of the reference is one already.
        const CheckoutReport again = artifact.checkout("copied", {.link = LinkMode::copy});
        CHECK(again.unchanged == 1);
        CHECK(again.replaced == 2);
        CHECK(inode_of("copied/a/one") != inode_of("out/a/one"));
    }
}

TEST_CASE("an object that was cut short is not linked to") {
    const test::WorkingFolder folder;
    write_text("w/a.txt", "hello");
    Artifact::open_directory("w").checkout("self", {.self_contained = true});
    write_text("self/a.txt", "hell");
    check_throws(
        [] { Artifact::open_directory("self").checkout("out", {.link = LinkMode::hardlink}); },
        ErrorCode::Corruption, "expected 5 bytes, got 4");
    CHECK(files_in("out").empty());
}

TEST_CASE("an object that has as many names as the file system allows is copied, and said") {
    // File systems in memory allow any number of names.
    const test::StoreFixture fixture{test::WorkingFolder(test::disk_dir())};
    auto draft = fixture.draft();
    draft.add_bytes("wanted by many", "a");
    const Artifact artifact = fixture.commit(std::move(draft));
    if (artifact.checkout("first", {.link = LinkMode::hardlink}).hard_links == 0) {
        test::skip("the file system of the temporary folder makes no hard links");
        return;
    }
    constexpr int kEnough = 70'000; // ext4 allows 65,000, others many more
    fs::create_directory("names");
    std::error_code error;
    for (int i = 0; i < kEnough && !error; ++i) {
        fs::create_hard_link("first/a", "names/" + std::to_string(i), error);
    }
    if (!error) {
        test::skip("the file system of the temporary folder allows too many names");
        return;
    }
    REQUIRE(error == std::errc::too_many_links);
    const CheckoutReport report = artifact.checkout("second", {.link = LinkMode::hardlink});
    CHECK(report.hard_links == 0);
    CHECK(report.copies == 1);
    CHECK(read_text("second/a") == "wanted by many");
    CHECK(inode_of("second/a") != inode_of("first/a"));
    CHECK((fs::status("second/a").permissions() & fs::perms::owner_write) == fs::perms::none);
}

TEST_CASE("what lies in a pack is copied, whatever is asked for, and said") {
    const test::StoreFixture fixture;
    StoreOptions loose_options = test::StoreFixture::options();
    loose_options.pack_limit = 0;
    const Store loose = Store::create("loose", loose_options);
    Files files;
    for (int i = 0; i < 40; ++i) {
        files["f" + std::to_string(i % 3) + "/" + std::to_string(i)] = "text " + std::to_string(i);
    }
    for (const auto& [place, text] : files) {
        write_text("w/" + place, text);
    }
    for (const bool is_packed : {true, false}) {
        CAPTURE(is_packed);
        const Store& store = is_packed ? fixture.store : loose;
        auto draft = store.new_artifact("files", "dataset");
        draft.add_dir("w");
        const Artifact artifact = store.commit(std::move(draft));
        const std::string out = is_packed ? "packed" : "linked";
        const CheckoutReport report = artifact.checkout(out, {.link = LinkMode::hardlink});
        CHECK(report.hard_links == (is_packed ? 0 : files.size()));
        CHECK(report.copies == (is_packed ? files.size() : 0));
        CHECK(files_in(out) == files);
        for (const auto& [place, text] : files) {
            const fs::perms mode = fs::status(fs::path(out) / place).permissions();
            CHECK((mode & fs::perms::owner_write) == fs::perms::none);
        }
        CHECK(artifact.checkout(out, {.link = LinkMode::hardlink}).unchanged == files.size());
        const CheckoutReport copied = artifact.checkout(out + "-copy", {.link = LinkMode::copy});
        CHECK(copied.copies == files.size());
        CHECK(files_in(out + "-copy") == files);
    }
}

/// A file whose writer is killed in the middle of it.
class FatalFile final : public NewFile {
public:
    Likeness compare(FoundFile&) override { return Likeness::Other; }
    bool create(const FileDescriptor& folder, const std::string& name) override {
        OutputFile output(folder, name);
        if (output.create(0644)) {
            output.write(as_bytes("half of "));
        }
        ::raise(SIGKILL);
        return true;
    }
};

TEST_CASE("a killed checkout leaves no half file in its place, and the next removes the rest") {
    const test::WorkingFolder folder;
    write_text("out/there/old", "old");
    for (const char* place : {"top", "new/file", "there/file", "there/old", "there/new/file"}) {
        CAPTURE(place);
        const pid_t child = test::lone_fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            TargetFolder target("out", {.conflict = Conflict::replace});
            FatalFile file;
            target.put(place, file);
            ::_exit(0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status));
        Files there = files_in("out");
        CHECK(there.size() == 2);
        std::erase_if(there, [](const auto& item) { return item.first.starts_with(".vitrine-"); });
        CHECK(there == Files{{"there/old", "old"}});
        CHECK(TargetFolder("out").publish().empty());
        CHECK(files_in("out") == Files{{"there/old", "old"}});
    }
}

} // namespace
