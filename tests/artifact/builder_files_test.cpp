// SPDX-License-Identifier: MIT
// Files, folders and references in a draft.
#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <map>
#include <ostream>
#include <stdexcept>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::check_throws;
using test::Paths;
using test::paths_of;
using test::StoreFixture;
using test::write_text;

TEST_CASE("the digests of drafts are W&B's") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    CHECK(draft.digest() == "64e7c61456b10382e2f3b571ac24b659");
    write_text("file1.txt", "hello");
    const Entry entry = draft.add_file("file1.txt");
    CHECK(entry.path.str() == "file1.txt");
    CHECK(entry.digest == "XUFAKrxLKna5cZ2REBfFkg==");
    CHECK(entry.size == 5);
    CHECK(draft.digest() == "a00c2239f036fb656c1dcbf9a32d89b4");
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK(artifact.digest() == "a00c2239f036fb656c1dcbf9a32d89b4");
    CHECK(artifact.name() == "cards:v0");
    CHECK(artifact.get_path("file1.txt").read() == "hello");
    CHECK(artifact.verify().ok());
}

TEST_CASE("files get the names that W&B gives them") {
    const StoreFixture fixture;
    write_text("f.txt", "abc");
    write_text("d/f.txt", "deep");
    auto draft = fixture.draft();
    struct Case {
        std::string file;
        std::string name;
        bool is_tmp;
        std::string path;
    };
    const Case cases[] = {
        {"f.txt", "", false, "f.txt"},
        {"./f.txt", "", false, "f.txt"},
        {"f.txt", "f.txt", false, "f.txt"},
        {"d/f.txt", "d//f.txt", false, "d//f.txt"},
        {"d/f.txt", "./d/f.txt", false, "./d/f.txt"},
        {"f.txt", "back\\slash", false, "back\\slash"},
        {"f.txt", "trailing/", false, "trailing/"},
        {"f.txt", "tmp/abc.def.txt", true, "tmp/90015098.def.txt"},
        {"f.txt", "noext", true, "90015098"},
        {"f.txt", "a/.hidden.txt", true, "a/90015098.hidden.txt"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.name);
        CHECK(
            draft.add_file(expected.file, expected.name, {.is_tmp = expected.is_tmp}).path.str() ==
            expected.path);
    }
}

TEST_CASE("bad calls are refused by name and change nothing") {
    StoreFixture fixture;
    write_text("f.txt", "abc");
    write_text("g.txt", "other");
    fs::create_directory("d");
    auto draft = fixture.draft();
    draft.add_file("f.txt");
    const std::string before = draft.digest();
    struct Case {
        std::function<void()> call;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {[&] { draft.add_file("missing.txt"); }, ErrorCode::NotFound,
         "path is not a file: 'missing.txt'"},
        {[&] { draft.add_file("d"); }, ErrorCode::NotFound, "path is not a file: 'd'"},
        {[&] { draft.add_dir("missing"); }, ErrorCode::NotFound,
         "path is not a directory: 'missing'"},
        {[&] { draft.add_dir("f.txt"); }, ErrorCode::NotFound, "path is not a directory: 'f.txt'"},
        {[&] { draft.add_file("g.txt", "f.txt"); }, ErrorCode::AlreadyExists,
         "cannot add the same path twice: 'f.txt'"},
        {[&] { draft.add_bytes("x", "f.txt"); }, ErrorCode::AlreadyExists, "'f.txt'"},
        {[&] { draft.new_file("f.txt", [](std::ostream&) {}); }, ErrorCode::AlreadyExists,
         "file with name 'f.txt' already exists"},
        {[&] { draft.add_file("f.txt", "../up"); }, ErrorCode::InvalidArgument, "component '..'"},
        {[&] { draft.add_file("f.txt", "/abs"); }, ErrorCode::InvalidArgument, "absolute"},
        {[&] { draft.add_dir("d/..", "a/../b"); }, ErrorCode::InvalidArgument, "component '..'"},
        {[&] { draft.add_bytes("x", std::string("a\0b", 3)); }, ErrorCode::InvalidArgument,
         "contains NUL"},
        {[&] { draft.add_bytes("x", "\xff"); }, ErrorCode::InvalidArgument, "not UTF-8"},
        {[&] { draft.add_bytes("x", ""); }, ErrorCode::InvalidArgument, "is empty"},
        {[&] { draft.add_bytes("x", std::string(5000, 'a')); }, ErrorCode::InvalidArgument,
         "longer than 4096"},
        {[&] { draft.add(test::Card("x"), "../up"); }, ErrorCode::InvalidArgument,
         "component '..'"},
        {[&] { draft.remove("nothing"); }, ErrorCode::NotFound, "'nothing'"},
        {[&] { draft.remove(""); }, ErrorCode::NotFound, "''"},
        {[&] { draft.add_reference("f.txt"); }, ErrorCode::InvalidArgument, "must be URIs"},
        {[&] { draft.add_reference("file://missing"); }, ErrorCode::NotFound, "'file://missing'"},
        {[&] { draft.add_reference("http://h/"); }, ErrorCode::InvalidArgument, "a name for the"},
        {[&] { draft.add_reference("file://g.txt", "f.txt"); }, ErrorCode::AlreadyExists,
         "'f.txt'"},
        {[&] { draft.add_reference("wandb-artifact://abcd/x"); }, ErrorCode::NotFound, "'abcd'"},
        {[&] { draft.add_reference("wandb-artifact://zz/x"); }, ErrorCode::InvalidFormat, "hex"},
        {[&] { draft.set_metadata(Json::array()); }, ErrorCode::InvalidArgument,
         "expected metadata as an object, got array"},
        {[&] { draft.set_description("\xff"); }, ErrorCode::InvalidArgument, "UTF-8"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.message);
        check_throws(expected.call, expected.code, expected.message);
        CHECK(draft.digest() == before);
    }
}

TEST_CASE("a committed draft is finalized") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add_bytes("x", "x");
    fixture.store.commit(std::move(draft));
    const std::function<void()> calls[] = {
        [&] { draft.add_bytes("y", "y"); },
        [&] { draft.add(test::Card("x"), "y"); },
        [&] { draft.new_file("y", [](std::ostream&) {}); },
        [&] { draft.add_reference("file://x", "y"); },
        [&] { draft.remove("x"); },
        [&] { draft.manifest(); },
        [&] { draft.set_metadata(Json::object()); },
        [&] { fixture.store.commit(std::move(draft)); },
    };
    for (const auto& call : calls) {
        check_throws(call, ErrorCode::InvalidArgument, "can't add to finalized artifact");
    }
}

TEST_CASE("large files that are added at once do not get into each other's way") {
    const StoreFixture fixture;
    // Two threads hash each of them while others wait: a buffer that two files shared would show.
    constexpr std::size_t kBytes = (std::size_t{3} << 20U) + 7;
    std::map<std::string, std::string> digests;
    for (int i = 0; i < 12; ++i) {
        const std::string name = "large" + std::to_string(i);
        std::string bytes(kBytes, static_cast<char>('a' + i));
        bytes[kBytes / 2] = static_cast<char>(i);
        write_text("tree/" + name, bytes);
        write_text("tree/small" + std::to_string(i), "small " + std::to_string(i));
        digests[name] = digests_of(bytes).md5.base64();
    }
    auto draft = fixture.draft();
    draft.add_dir("tree");
    const Artifact artifact = fixture.store.commit(std::move(draft));
    for (const auto& item : digests) {
        CAPTURE(item.first);
        CHECK(artifact.manifest().find(item.first)->digest == item.second);
    }
    CHECK(fixture.store.verify().ok());
}

TEST_CASE("a folder is added whole, links followed") {
    const StoreFixture fixture;
    write_text("tree/a", "1");
    write_text("tree/sub/b", "2");
    write_text("tree/sub/.dot", "");
    write_text("elsewhere/t", "3");
    fs::create_directory("tree/empty");
    fs::create_symlink("../elsewhere/t", "tree/link");
    fs::create_symlink("../elsewhere", "tree/linkdir");
    auto draft = fixture.draft();
    const AddedFiles added = draft.add_dir("tree");
    CHECK(added.files == 5);
    CHECK(added.bytes == 4);
    CHECK(paths_of(draft.manifest()) == Paths{"a", "link", "linkdir/t", "sub/.dot", "sub/b"});
    auto named = fixture.draft("named");
    named.add_dir("tree", "t");
    CHECK(paths_of(named.manifest(), "t/sub") == Paths{"t/sub/.dot", "t/sub/b"});

    fs::create_symlink("..", "tree/sub/loop");
    check_throws([&] { fixture.draft("loop").add_dir("tree"); }, ErrorCode::InvalidArgument,
                 "link to a folder that contains it");
    fs::remove("tree/sub/loop");
    fs::create_symlink("nowhere", "tree/dangling");
    check_throws([&] { fixture.draft("dangling").add_dir("tree"); }, ErrorCode::InvalidArgument,
                 "'tree/dangling' is a link to nothing");
    fs::remove("tree/dangling");
    REQUIRE(::mkfifo("tree/sub/pipe", 0600) == 0);
    check_throws([&] { fixture.draft("pipe").add_dir("tree"); }, ErrorCode::InvalidArgument,
                 "'tree/sub/pipe' is neither a file nor a folder");
}

TEST_CASE("adding a folder can be watched and stopped") {
    const StoreFixture fixture;
    for (int i = 0; i < 100; ++i) {
        write_text("tree/" + std::to_string(i), "0123456789");
    }
    auto draft = fixture.draft();
    Progress last;
    draft.add_dir("tree", "", {.progress = {.observer = [&](const Progress& now) {
                                   last.done = now.done;
                                   last.total = now.total;
                                   last.bytes = now.bytes;
                               }}});
    CHECK(last.done == 100);
    CHECK(last.total == 100);
    CHECK(last.bytes == 1000);

    std::stop_source stop;
    stop.request_stop();
    auto other = fixture.draft("other");
    check_throws([&] { other.add_dir("tree", "", {.progress = {.stop = stop.get_token()}}); },
                 ErrorCode::Cancelled);
    // The draft is still of use.
    other.add_bytes("x", "x");
    CHECK(fixture.commit(std::move(other)).manifest().contains("x"));
}

TEST_CASE("a new file is written through a stream, small or large") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.new_file("//lead.txt", [](std::ostream& out) { out << "lead" << 1; });
    draft.new_file("empty", [](std::ostream&) {});
    const std::string large(std::size_t{6} << 20, 'x');
    draft.new_file("large", [&](std::ostream& out) {
        out.put('<');
        out << large << '>';
    });
    const auto thrown = [&] {
        draft.new_file("bad", [](std::ostream&) { throw std::runtime_error("mine"); });
    };
    CHECK_THROWS_WITH_AS(thrown(), "mine", std::runtime_error);
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK(paths_of(artifact.manifest()) == Paths{"empty", "large", "lead.txt"});
    CHECK(artifact.get_path("lead.txt").read() == "lead1");
    CHECK(artifact.get_path("empty").read().empty());
    CHECK(artifact.get_path("large").read() == "<" + large + ">");
}

TEST_CASE("a file called like a value's JSON is one only if it says so") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add_bytes(R"({"_type": "card", "text": "t", "files": []})", "yes.card.json");
    draft.add_bytes(R"({"_type": "other"})", "no.card.json");
    draft.add_bytes("[1]", "list.card.json");
    draft.add_bytes("not json", "text.card.json");
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK(artifact.value_paths() == Paths{"yes.card.json"});
    CHECK(artifact.get<test::Card>("yes")->text() == "t");
}

TEST_CASE("references to files are tracked and read where they point") {
    const StoreFixture fixture;
    write_text("t/a", "hello");
    auto draft = fixture.draft();
    draft.add_reference("file://t", "data");
    draft.add_reference("unknown://bucket/key", "key");
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK(paths_of(artifact.manifest()) == Paths{"data/a", "key"});
    CHECK(artifact.get_path("data/a").read() == "hello");
    write_text("t/a", "hallo");
    check_throws([&] { artifact.get_path("data/a").read(); }, ErrorCode::Corruption);
    check_throws([&] { artifact.get_path("key").read(); }, ErrorCode::Unsupported);
    CHECK(artifact.verify().ok());
}

TEST_CASE("a reference into another artifact leads to the first that holds the file") {
    const StoreFixture fixture;
    auto up = fixture.draft("up");
    up.add_bytes("upstream", "deep/file.txt");
    const Artifact first = fixture.commit(std::move(up));
    const std::string url = first.get_path("deep/file.txt").ref_url();

    auto middle = fixture.draft("middle");
    CHECK(middle.add_reference(url).front().path.str() == "file.txt");
    const Entry named = middle.add_reference(first.get_path("deep/file.txt"), "m/file.txt");
    CHECK(named.ref == url);
    CHECK(named.size == 0);
    CHECK(named.object == first.manifest().find("deep/file.txt")->object);
    const Artifact second = fixture.commit(std::move(middle));

    auto down = fixture.draft("down");
    const Entry entry =
        down.add_reference(second.get_path("m/file.txt").ref_url(), "d/file.txt").front();
    CHECK(entry.ref == url);
    CHECK(entry.digest == named.digest);
    const Artifact third = fixture.commit(std::move(down));
    CHECK(third.get_path("d/file.txt").read() == "upstream");

    check_throws(
        [&] {
            fixture.draft("x").add_reference(
                "wandb-artifact://" + render_hex(first.id()) + "/nothing", "y");
        },
        ErrorCode::NotFound, "'up:v0': 'nothing'");
}

TEST_CASE("a file can be moved into the store") {
    const StoreFixture fixture;
    write_text("a", "1");
    write_text("tree/b", "2");
    auto draft = fixture.draft();
    draft.add_file("a", "", {.move = true});
    draft.add_dir("tree", "t", {.move = true});
    CHECK(fs::exists("a"));
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK_FALSE(fs::exists("a"));
    CHECK_FALSE(fs::exists("tree/b"));
    CHECK(artifact.get_path("t/b").read() == "2");
}

} // namespace
