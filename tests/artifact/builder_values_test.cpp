// SPDX-License-Identifier: MIT
// Values in a draft: which entries they make, and which they share.
#include <vitrine/core/digest.hpp>

#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace vitrine;
using test::Card;
using test::check_throws;
using test::kCells;
using test::kTrees;
using test::made;
using test::Paths;
using test::paths_of;
using test::StoreFixture;
using test::write_text;

TEST_CASE("a value is its files and its JSON, and comes back equal") {
    const StoreFixture fixture;
    write_text("user.txt", "hello");
    Card card("t", {MediaFile::from_path("user.txt"), made("abc", ".bin")});
    card.classes(kTrees).note("n");
    auto draft = fixture.draft();
    const Entry entry = draft.add(card, "x/one");
    CHECK(entry.path.str() == "x/one.card.json");
    CHECK(entry.value_type == "card");
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK(paths_of(artifact.manifest()) == Paths{"media/cards/2cf24dba/user.txt",
                                                 "media/cards/90015098.bin",
                                                 "media/cls.classes.json", "x/one.card.json"});
    CHECK(artifact.value_paths("card") == Paths{"x/one.card.json"});
    CHECK(artifact.value_paths() == Paths{"media/cls.classes.json", "x/one.card.json"});

    const auto got = artifact.get<Card>("x/one");
    REQUIRE(got);
    CHECK(*got == card);
    CHECK(got->note() == "n");
    REQUIRE(got->artifact_source());
    CHECK(got->artifact_source()->name == "x/one");
    CHECK(got->artifact_source()->artifact->name() == "cards:v0");
    CHECK(artifact.get("x/one.card.json")->artifact_source()->name == "x/one.card.json");
    CHECK(got->classes()->artifact_source()->name == "media/cls.classes.json");
    CHECK(artifact.get("nothing") == nullptr);
    CHECK_FALSE(artifact.get<Classes>("nothing"));
    std::vector<std::string> visited;
    for (const auto& [path, value] : artifact.values<Card>()) {
        visited.push_back(path);
        CHECK(value == *got);
    }
    CHECK(visited == Paths{"x/one.card.json"});
}

TEST_CASE("an ambiguous name gives the type that is asked for") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add(Card("c"), "same");
    draft.add(kTrees, "same");
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK(artifact.get<Card>("same")->text() == "c");
    CHECK(*artifact.get<Classes>("same") == kTrees);
    CHECK(artifact.get("same")->type() == "classes"); // The registry's order.
    check_throws([&] { artifact.get<Classes>("same.card.json"); }, ErrorCode::InvalidArgument,
                 "expected type 'classes', got 'card'");
    CHECK(artifact.get_path("same").path() == "same.classes.json");
    const std::string missing =
        check_throws([&] { artifact.get_path("nope"); }, ErrorCode::NotFound);
    CHECK(missing == "path not contained in artifact 'cards:v0': 'nope'");
}

TEST_CASE("the same object under a second name is a second entry of the same bytes") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    const Card card("t", {made("abc")});
    const Card copy = card; // A handle on the same body.
    const Entry first = draft.add(card, "first");
    const Entry second = draft.add(copy, "second");
    CHECK(second.path.str() == "second.card.json");
    CHECK(second.object == first.object);
    CHECK(draft.manifest().size() == 3);
    // A removed entry is no place to be found in.
    draft.remove("first.card.json");
    draft.remove("second.card.json");
    CHECK(draft.manifest().size() == 0);
    draft.add(card, "third");
    CHECK(paths_of(draft.manifest()) == Paths{"media/cards/90015098.bin", "third.card.json"});
}

TEST_CASE("a taken name is fine for equal content and an error for other") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add(Card("t").note("a"), "x");
    draft.add(Card("t").note("a"), "x");
    const std::string before = draft.digest();
    for (const Card& other : {Card("other").note("a"), Card("t").note("b"), Card("t")}) {
        check_throws([&] { draft.add(other, "x"); }, ErrorCode::AlreadyExists,
                     "cannot add the same path twice: 'x.card.json'");
    }
    CHECK(draft.digest() == before);
}

TEST_CASE("a failed add leaves the draft as it was, but for what was there before") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add(Card("kept", {made("shared")}), "kept");
    const Paths before = paths_of(draft.manifest());
    const std::string error = check_throws(
        [&] {
            draft.add(Card("x", {made("shared"), made("new")}).failing(), "bad");
        },
        ErrorCode::InvalidArgument);
    CHECK(error == "adding 'bad': this card cannot be written");
    CHECK(paths_of(draft.manifest()) == before);
}

TEST_CASE("a file that was added before is referred to by its exact path") {
    const StoreFixture fixture;
    write_text("i.txt", "picture");
    write_text("tree/k.txt", "other");
    const std::string own_path =
        "media/cards/" + sha256_of("picture").hex().substr(0, 8) + "/i.txt";
    const auto card = [](const std::string& path) {
        return Card(path, {MediaFile::from_path(path)});
    };
    const auto file_of = [&](ArtifactBuilder& draft, const Card& value) {
        const Artifact artifact = [&] {
            draft.add(value, "v");
            return fixture.store.commit(std::move(draft));
        }();
        return artifact.get<Card>("v")->files().front().path();
    };
    SUBCASE("the entry added last") {
        auto draft = fixture.draft();
        draft.add_file("i.txt", "first.txt");
        draft.add_file("i.txt", "second.txt");
        CHECK(file_of(draft, card("i.txt")) == "second.txt");
    }
    SUBCASE("out of a folder") {
        auto draft = fixture.draft();
        draft.add_dir("tree", "t");
        CHECK(file_of(draft, card("tree/k.txt")) == "t/k.txt");
    }
    SUBCASE("another spelling is another path") {
        auto draft = fixture.draft();
        draft.add_file("i.txt", "first.txt");
        CHECK(file_of(draft, card("./i.txt")) == own_path);
    }
    SUBCASE("a reference does not count") {
        auto draft = fixture.draft();
        draft.add_reference("file://i.txt", "ref.txt");
        CHECK(file_of(draft, card("i.txt")) == own_path);
    }
    SUBCASE("nor does an entry that is gone") {
        auto draft = fixture.draft();
        draft.add_file("i.txt", "first.txt");
        draft.remove("first.txt");
        CHECK(file_of(draft, card("i.txt")) == own_path);
    }
    SUBCASE("a file of another value does") {
        auto draft = fixture.draft();
        draft.add(card("i.txt"), "before");
        CHECK(file_of(draft, card("i.txt")) == own_path);
        CHECK(fixture.store.artifact("cards").manifest().size() == 3);
    }
}

TEST_CASE("a file that changed between construction and add is an error") {
    const StoreFixture fixture;
    write_text("i.txt", "before");
    const Card card("t", {MediaFile::from_path("i.txt")});
    write_text("i.txt", "after!");
    auto draft = fixture.draft();
    check_throws([&] { draft.add(card, "v"); }, ErrorCode::Conflict, "'i.txt' has changed");
    draft.add_file("i.txt", "file");
    check_throws([&] { draft.add(card, "v"); }, ErrorCode::Conflict);
    CHECK(draft.manifest().size() == 1);
}

TEST_CASE("a value's file cannot take a path that is taken by other content") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add_bytes("in the way", "media/cards/90015098.bin");
    check_throws([&] { draft.add(Card("t", {made("abc")}), "v"); }, ErrorCode::AlreadyExists,
                 "'media/cards/90015098.bin'");
}

TEST_CASE("every class set is kept, a different one at a path of its own") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add(Card("a").classes(kTrees), "a");
    draft.add(Card("b").classes(kCells), "b");
    draft.add(Card("c").classes(Classes({{1, "tree"}, {2, "car"}})), "c"); // Equal to the first.
    draft.add(Card("d").classes(kCells), "d");
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK(artifact.value_paths("classes").size() == 2);
    CHECK(artifact.manifest().contains("media/cls.classes.json"));
    CHECK(*artifact.get<Card>("a")->classes() == kTrees);
    CHECK(*artifact.get<Card>("b")->classes() == kCells);
    CHECK(*artifact.get<Card>("c")->classes() == kTrees);
    CHECK(*artifact.get<Card>("d")->classes() == kCells);
}

TEST_CASE("a class set that was added by name is referred to there") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add(kTrees, "my-classes");
    draft.add(Card("a").classes(kTrees), "a");
    CHECK(paths_of(draft.manifest()) == Paths{"a.card.json", "my-classes.classes.json"});
}

/// Adds cards 0..n of which some share files and names of files.
void add_cards(ArtifactBuilder& draft, int first, int step, int count) {
    for (int i = first; i < count; i += step) {
        const std::string number = std::to_string(i);
        Card card("card " + number, {made("own " + number), made("shared")});
        draft.add(card.classes(kTrees), "cards/" + number);
        draft.add_bytes("file " + number, "files/" + number);
    }
}

TEST_CASE("many threads adding give what one gives") {
    const StoreFixture fixture;
    constexpr int kCards = 400;
    auto alone = fixture.draft("alone");
    add_cards(alone, 0, 1, kCards);
    auto together = fixture.draft("together");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&together, i] { add_cards(together, i, 4, kCards); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(together.digest() == alone.digest());
    CHECK(together.manifest().size() == 3 * kCards + 2);
}

TEST_CASE("threads with different class sets lose none of them") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    constexpr int kThreads = 8;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&draft, i] {
            const Classes own({{i, "class " + std::to_string(i)}});
            for (int j = 0; j < 20; ++j) {
                const std::string name = std::to_string(i) + "-" + std::to_string(j);
                draft.add(Card(name).classes(own), name);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    const Artifact artifact = fixture.commit(std::move(draft));
    CHECK(artifact.value_paths("classes").size() == kThreads);
    for (const auto& [path, card] : artifact.values<Card>()) {
        const std::string thread = card.text().substr(0, card.text().find('-'));
        CHECK(card.classes()->name_of(std::stoi(thread)) == "class " + thread);
    }
}

TEST_CASE("a draft holds no value alive") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    std::weak_ptr<const ValueSource> source;
    {
        auto up = fixture.draft("up");
        up.add(Card("t", {made("abc")}), "x");
        const Artifact artifact = fixture.commit(std::move(up));
        source = artifact.source();
        draft.add(*artifact.get<Card>("x"), "y");
    }
    CHECK(source.expired());
    CHECK(fixture.commit(std::move(draft)).get<Card>("y")->text() == "t");
}

} // namespace
