// SPDX-License-Identifier: MIT
// Drafts that start from a version: what is replaced, removed, mirrored.
#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::Card;
using test::check_throws;
using test::kTrees;
using test::made;
using test::media_path;
using test::Paths;
using test::paths_of;
using test::StoreFixture;
using test::write_text;

/// Cards "a" and "b" that share a file and a class set, each with a file of its own, and a file
/// that the user added.
Artifact first_version(const StoreFixture& fixture) {
    auto draft = fixture.draft();
    for (const std::string name : {"a", "b"}) {
        Card card(name, {made("own " + name), made("shared")});
        draft.add(card.classes(kTrees), name);
    }
    draft.add_bytes("readme", "readme.txt");
    draft.set_description("first");
    draft.set_metadata({{"n", 1}});
    return fixture.commit(std::move(draft));
}

const std::string kClassesPath = "media/cls.classes.json";

TEST_CASE("a draft from a version starts as it is, and committing it unchanged gives it") {
    const StoreFixture fixture;
    const Artifact v0 = first_version(fixture);
    auto draft = v0.new_draft();
    CHECK(draft.name() == "cards");
    CHECK(draft.type() == "dataset");
    CHECK(draft.description() == "first");
    CHECK(draft.metadata()["n"] == 1);
    CHECK(draft.digest() == v0.digest());
    CHECK(fixture.commit(std::move(draft)).name() == "cards:v0");
}

TEST_CASE("entries that the draft started with may be replaced, once") {
    const StoreFixture fixture;
    const Artifact v0 = first_version(fixture);
    auto draft = v0.new_draft();
    draft.add_bytes("new readme", "readme.txt");
    check_throws([&] { draft.add_bytes("newer", "readme.txt"); }, ErrorCode::AlreadyExists);
    // What is put in as it was is taken, too.
    auto other = v0.new_draft();
    other.add_bytes("readme", "readme.txt");
    check_throws([&] { other.add_bytes("newer", "readme.txt"); }, ErrorCode::AlreadyExists);

    const Artifact v1 = fixture.commit(std::move(draft));
    CHECK(v1.name() == "cards:v1");
    CHECK(v1.get_path("readme.txt").read() == "new readme");
    CHECK(v0.get_path("readme.txt").read() == "readme");
}

TEST_CASE("a removed value takes with it the files that no other value names") {
    const StoreFixture fixture;
    const Artifact v0 = first_version(fixture);
    const std::string own_a = media_path("own a");
    const std::string own_b = media_path("own b");
    const std::string shared = media_path("shared");
    REQUIRE(paths_of(v0.manifest()).size() == 7);
    auto draft = v0.new_draft();
    CHECK(draft.remove("a.card.json") == 2);
    CHECK_FALSE(draft.manifest().contains(own_a));
    CHECK(draft.manifest().contains(own_b));
    CHECK(draft.manifest().contains(shared));
    CHECK(draft.manifest().contains(kClassesPath));
    CHECK(draft.remove("b.card.json") == 4);
    CHECK(paths_of(draft.manifest()) == Paths{"readme.txt"});
    check_throws([&] { draft.remove("a.card.json"); }, ErrorCode::NotFound);

    // What was removed can be added again.
    draft.add(*v0.get<Card>("a"), "a");
    const Artifact v1 = fixture.commit(std::move(draft));
    CHECK(v1.get<Card>("a")->files().front().read() == "own a");
}

TEST_CASE("a replaced value takes its files with it, too") {
    const StoreFixture fixture;
    const Artifact v0 = first_version(fixture);
    auto draft = v0.new_draft();
    Card replacement("a again", {made("newer own a"), made("shared")});
    draft.add(replacement.classes(kTrees), "a");
    const Artifact v1 = fixture.commit(std::move(draft));
    CHECK_FALSE(v1.manifest().contains(media_path("own a")));
    CHECK(v1.manifest().contains(media_path("newer own a")));
    CHECK(v1.manifest().contains(media_path("shared")));
    CHECK(v1.get<Card>("a")->text() == "a again");
    CHECK(v1.manifest().size() == 7);
    CHECK(*v1.get<Card>("b") == *v0.get<Card>("b"));
}

TEST_CASE("a failed replacement takes nothing with it") {
    const StoreFixture fixture;
    const Artifact v0 = first_version(fixture);
    auto draft = v0.new_draft();
    check_throws([&] { draft.add(Card("x", {made("own b")}).failing(), "a"); },
                 ErrorCode::InvalidArgument);
    CHECK(draft.digest() == v0.digest());
    CHECK(draft.remove("a.card.json") == 2);
}

TEST_CASE("values of the version itself and changed copies of them stay its own entries") {
    const StoreFixture fixture;
    const Artifact v0 = first_version(fixture);
    auto draft = v0.new_draft();
    draft.add(*v0.get<Card>("a"), "a"); // As it is: no reference to itself.
    CHECK(draft.digest() == v0.digest());
    CHECK_FALSE(draft.manifest().find("a.card.json")->ref);
    auto changed = v0.new_draft();
    changed.add(v0.get<Card>("a")->with_text("new text"), "a");
    const Artifact v1 = fixture.commit(std::move(changed));
    CHECK(v1.manifest().size() == v0.manifest().size());
    for (const Entry& entry : v1.entries()) {
        CAPTURE(entry.path.str());
        CHECK_FALSE(entry.ref);
    }
    CHECK(v1.get<Card>("a")->text() == "new text");
    CHECK(v1.get<Card>("a")->files().front().read() == "own a");
}

TEST_CASE("a new class set does not take the place of one that other values name") {
    const StoreFixture fixture;
    const Artifact v0 = first_version(fixture);
    auto draft = v0.new_draft();
    const Classes cells({{1, "cell"}});
    draft.add(Card("c").classes(cells), "c");
    const Artifact v1 = fixture.commit(std::move(draft));
    CHECK(*v1.get<Card>("a")->classes() == kTrees);
    CHECK(*v1.get<Card>("c")->classes() == cells);
}

TEST_CASE("a value's file does not take the place of one that other values name") {
    const StoreFixture fixture;
    auto up = fixture.draft("up");
    up.add_bytes("one", "pictures/x.bin");
    up.add_bytes(R"({"_type": "card", "text": "1", "files": ["pictures/x.bin"]})", "x.card.json");
    const Artifact up0 = fixture.commit(std::move(up));
    auto changed = up0.new_draft();
    changed.add_bytes("two", "pictures/x.bin");
    const Artifact up1 = fixture.commit(std::move(changed));

    auto draft = fixture.draft();
    draft.add(up0.get<Card>("x")->with_text("a"), "a");
    draft.add(up0.get<Card>("x")->with_text("b"), "b");
    const Artifact v0 = fixture.commit(std::move(draft));
    auto next = v0.new_draft();
    check_throws([&] { next.add(up1.get<Card>("x")->with_text("newer"), "a"); },
                 ErrorCode::AlreadyExists, "'pictures/x.bin'");
    CHECK(next.digest() == v0.digest());
    // If no other value needs the old file, the new one replaces it.
    next.remove("b.card.json");
    next.add(up1.get<Card>("x")->with_text("newer"), "a");
    CHECK(fixture.commit(std::move(next)).get<Card>("a")->files().front().read() == "two");
}

TEST_CASE("files that the user named stay when the values that refer to them go") {
    const StoreFixture fixture;
    write_text("i.txt", "picture");
    auto draft = fixture.draft();
    draft.add_file("i.txt", "pictures/i.txt");
    draft.add(Card("a", {MediaFile::from_path("i.txt")}), "a");
    const Artifact v0 = fixture.commit(std::move(draft));
    auto next = v0.new_draft();
    CHECK(next.remove("a.card.json") == 1);
    CHECK(next.manifest().contains("pictures/i.txt"));
}

TEST_CASE("a folder of entries can be removed") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    for (const std::string path : {"a/1", "a/2", "a-b", "b/a/1"}) {
        draft.add_bytes(path, path);
    }
    CHECK(draft.remove("a") == 2);
    CHECK(paths_of(draft.manifest()) == Paths{"a-b", "b/a/1"});
    CHECK(draft.remove("b/") == 1);
}

TEST_CASE("a mirrored folder takes away what it lacks, below its name only") {
    const StoreFixture fixture;
    write_text("tree/1", "1");
    write_text("tree/2", "2");
    auto draft = fixture.draft();
    draft.add_dir("tree", "t");
    draft.add_bytes("other", "u/x");
    const Artifact v0 = fixture.commit(std::move(draft));

    fs::remove("tree/1");
    write_text("tree/2", "changed");
    write_text("tree/3", "3");
    auto kept = v0.new_draft();
    kept.add_dir("tree", "t");
    CHECK(paths_of(kept.manifest()) == Paths{"t/1", "t/2", "t/3", "u/x"});
    auto mirrored = v0.new_draft();
    mirrored.add_dir("tree", "t", {.mirror = true});
    CHECK(paths_of(mirrored.manifest()) == Paths{"t/2", "t/3", "u/x"});
    const Artifact v1 = fixture.commit(std::move(mirrored));
    CHECK(v1.get_path("t/2").read() == "changed");

    auto all = v1.new_draft();
    all.add_dir("tree", "", {.mirror = true});
    CHECK(paths_of(all.manifest()) == Paths{"2", "3"});
}

TEST_CASE("mirroring a folder of values keeps the files that lie in it") {
    const StoreFixture fixture;
    first_version(fixture).checkout("w");
    auto draft = fixture.draft("mirror");
    draft.add_dir("w");
    const Artifact v0 = fixture.commit(std::move(draft));
    CHECK(v0.value_paths("card").size() == 2);
    fs::remove("w/a.card.json");
    auto next = v0.new_draft();
    next.add_dir("w", "", {.mirror = true});
    const Artifact v1 = fixture.commit(std::move(next));
    CHECK(v1.manifest().size() == 6);
    CHECK(v1.manifest().contains(media_path("own a")));
}

} // namespace
