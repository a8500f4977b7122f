// SPDX-License-Identifier: MIT
// Values that go from one artifact into another.
#include <vitrine/value/opaque_value.hpp>

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
using test::kCells;
using test::kTrees;
using test::made;
using test::Paths;
using test::paths_of;
using test::StoreFixture;

Card card_of(const std::string& text, const std::string& bytes, const Classes& classes) {
    Card card(text, {made(bytes)});
    return card.classes(classes).note("note of " + text);
}

/// "up:v0" with the cards "a" and "b", and files that nothing refers to.
Artifact upstream(const StoreFixture& fixture, const std::string& name = "up") {
    auto draft = fixture.draft(name);
    draft.add(card_of("a", "abc", kTrees), "a");
    draft.add(card_of("b", "xyz", kTrees), "b");
    for (int i = 0; i < 8; ++i) {
        draft.add_bytes("extra " + std::to_string(i), "extra/" + std::to_string(i));
    }
    return fixture.commit(std::move(draft));
}

TEST_CASE("a value out of an artifact becomes one reference, through chains to the first") {
    const StoreFixture fixture;
    const Artifact up = upstream(fixture);
    const auto got = up.get<Card>("a");
    auto middle = fixture.draft("middle");
    const Entry entry = middle.add(*got, "m/one");
    const Entry original = *up.manifest().find("a.card.json");
    CHECK(entry.path.str() == "m/one.card.json");
    CHECK(entry.ref == "wandb-artifact://" + render_hex(up.id()) + "/a.card.json");
    CHECK(entry.size == 0);
    CHECK(entry.digest == original.digest);
    CHECK(entry.object == original.object);
    CHECK(entry.object_size == original.object_size);
    CHECK(entry.value_type == "card");
    CHECK(entry.extra == original.extra);
    CHECK(middle.manifest().size() == 1);
    const Artifact second = fixture.commit(std::move(middle));

    const auto again = second.get<Card>("m/one");
    CHECK(*again == *got);
    CHECK(again->note() == "note of a");
    CHECK(again->artifact_source()->artifact->name() == "up:v0");
    CHECK(again->artifact_source()->artifact->id() == up.id());
    CHECK(again->artifact_source()->name == "a.card.json");

    auto down = fixture.draft("down");
    CHECK(down.add(*again, "d").ref == entry.ref);
    const Artifact third = fixture.commit(std::move(down));
    CHECK(*third.get<Card>("d") == *got);
}

TEST_CASE("a changed copy of a restored value refers to the old files") {
    const StoreFixture fixture;
    const Artifact up = upstream(fixture);
    const Card changed = up.get<Card>("a")->with_text("changed");
    auto draft = fixture.draft("down");
    const Entry entry = draft.add(changed, "c");
    CHECK_FALSE(entry.ref);
    const Artifact down = fixture.commit(std::move(draft));
    CHECK(paths_of(down.manifest()) ==
          Paths{"c.card.json", "media/cards/90015098.bin", "media/cls.classes.json"});
    const std::string prefix = "wandb-artifact://" + render_hex(up.id()) + "/";
    CHECK(down.manifest().find("media/cards/90015098.bin")->ref ==
          prefix + "media/cards/90015098.bin");
    CHECK(down.manifest().find("media/cls.classes.json")->ref == prefix + "media/cls.classes.json");
    const auto got = down.get<Card>("c");
    CHECK(got->text() == "changed");
    CHECK(*got->classes() == kTrees);
    CHECK(got->files().front().read() == "abc");

    // What is taken by other content is an error, as in W&B.
    auto clash = fixture.draft("clash");
    clash.add_bytes("other", "media/cards/90015098.bin");
    check_throws([&] { clash.add(changed, "c"); }, ErrorCode::AlreadyExists);
}

TEST_CASE("class sets of several sources are all kept") {
    const StoreFixture fixture;
    const Artifact trees = upstream(fixture);
    auto other = fixture.draft("cells");
    other.add(card_of("c", "ccc", kCells), "c");
    const Artifact cells = fixture.commit(std::move(other));
    auto draft = fixture.draft("both");
    draft.add(trees.get<Card>("a")->with_text("1"), "1");
    draft.add(cells.get<Card>("c")->with_text("2"), "2");
    const Artifact both = fixture.commit(std::move(draft));
    CHECK(*both.get<Card>("1")->classes() == kTrees);
    CHECK(*both.get<Card>("2")->classes() == kCells);
}

TEST_CASE("references live on when their source is removed and gc has run") {
    StoreFixture fixture;
    {
        const Artifact up = upstream(fixture);
        auto draft = fixture.draft("down");
        draft.add(*up.get<Card>("a"), "kept");
        draft.add_reference(up.get_path("media/cls.classes.json"), "classes.json");
        fixture.commit(std::move(draft));
    }
    fixture.store.remove("up:v0");
    const GcReport report = fixture.store.gc();
    CHECK(report.freed_files >= 8);

    const Artifact down = fixture.store.artifact("down");
    const auto kept = down.get<Card>("kept");
    CHECK(*kept == card_of("a", "abc", kTrees));
    CHECK(kept->artifact_source()->artifact->name() == "up:v0");
    CHECK(kept->files().front().read() == "abc");
    CHECK(down.verify().ok());

    // It can be referred to again, by value and by URL, though its source is gone.
    auto again = fixture.draft("again");
    CHECK(again.add(*kept, "x").ref == down.manifest().find("kept.card.json")->ref);
    again.add_reference(*down.manifest().find("classes.json")->ref, "y");
    const Artifact third = fixture.commit(std::move(again));
    CHECK(*third.get<Card>("x") == *kept);

    // A draft of the next version refers to it by URL through what its base keeps.
    auto next = fixture.store.artifact("again").new_draft();
    next.add_reference(*down.manifest().find("kept.card.json")->ref, "z.card.json");
    CHECK(*fixture.commit(std::move(next)).get<Card>("z") == *kept);
}

TEST_CASE("a self-contained checkout restores all values without the store") {
    StoreFixture fixture;
    {
        const Artifact up = upstream(fixture);
        auto middle = fixture.draft("middle");
        middle.add(up.get<Card>("a")->with_text("middle"), "m");
        const Artifact second = fixture.commit(std::move(middle));
        auto draft = fixture.draft("down");
        draft.add(*second.get<Card>("m"), "far");
        draft.add(*up.get<Card>("b"), "near");
        draft.add(card_of("own", "mine", kCells), "own");
        fixture.commit(std::move(draft));
    }
    const Artifact down = fixture.store.artifact("down");
    CheckoutReport report = down.checkout("plain");
    CHECK(report.values_with_sources == 2);
    CHECK(report.skipped.empty());
    CHECK_FALSE(fs::exists("plain/wandb_manifest.json"));

    fixture.store.remove("up:v0");
    fixture.store.remove("middle:v0");
    fixture.store.gc();
    report = down.checkout("whole", {.self_contained = true});
    CHECK(report.skipped.empty());
    CHECK(report.values_with_sources == 0);
    down.checkout("whole", {.self_contained = true});

    const Artifact folder = Artifact::open_directory("whole", test::types_with_cards());
    CHECK(folder.digest() == down.digest());
    CHECK(folder.value_paths() == down.value_paths());
    for (const std::string name : {"far", "near", "own"}) {
        CAPTURE(name);
        const auto value = folder.get<Card>(name);
        REQUIRE(value);
        CHECK(*value == *down.get<Card>(name));
        CHECK(
            value->artifact_source()->artifact->name() ==
            (name == "own" ? "whole" : down.get<Card>(name)->artifact_source()->artifact->name()));
        CHECK(value->files().front().read() == down.get<Card>(name)->files().front().read());
    }
    CHECK(folder.verify().ok());
    // A folder can be checked out again.
    folder.checkout("copy", {.self_contained = true});
    const Artifact copy = Artifact::open_directory("copy", test::types_with_cards());
    CHECK(*copy.get<Card>("far") == *down.get<Card>("far"));
}

TEST_CASE("a value of a folder or of another store is written anew") {
    const StoreFixture fixture;
    upstream(fixture).checkout("folder", {.self_contained = true});
    StoreOptions options = StoreFixture::options();
    const Store other = Store::create("other", options);
    const Artifact folder = Artifact::open_directory("folder", test::types_with_cards());
    for (const Artifact& source : {folder, fixture.store.artifact("up")}) {
        CAPTURE(source.name());
        auto draft = other.new_artifact("copy", "dataset");
        const auto got = source.get<Card>("a");
        const Entry entry = draft.add(*got, "x");
        CHECK_FALSE(entry.ref);
        check_throws([&] { draft.add_reference(source.get_path("media/cls.classes.json"), "y"); },
                     ErrorCode::InvalidArgument);
        const Artifact copy = other.commit(std::move(draft));
        CHECK(paths_of(copy.manifest()) ==
              Paths{"media/cards/90015098.bin", "media/cls.classes.json", "x.card.json"});
        CHECK(*copy.get<Card>("x") == *got);
        CHECK(copy.get<Card>("x")->artifact_source()->artifact->name() == copy.name());
        CHECK(copy.verify().ok());
    }
    CHECK(other.log("copy").size() == 1); // The two were equal.

    // Where the path of a copied file is taken, the file gets another.
    auto draft = other.new_artifact("taken", "dataset");
    draft.add_bytes("other", "media/cards/90015098.bin");
    draft.add(*folder.get<Card>("a"), "x");
    CHECK(other.commit(std::move(draft)).get<Card>("x")->files().front().read() == "abc");
}

TEST_CASE("a damaged file of a folder is not copied in") {
    const StoreFixture fixture;
    upstream(fixture).checkout("folder", {.self_contained = true});
    const auto got = Artifact::open_directory("folder", test::types_with_cards()).get<Card>("a");
    test::write_text("folder/media/cards/90015098.bin", "abX");
    auto draft = fixture.draft("copy");
    check_throws([&] { draft.add(*got, "x"); }, ErrorCode::Corruption);
    CHECK(draft.manifest().size() == 0);
}

TEST_CASE("a value of an unregistered type goes through a store that does not know it") {
    StoreFixture fixture;
    upstream(fixture);
    StoreOptions options;
    const Store stock = Store::open("s", options);
    const Artifact up = stock.artifact("up");
    CHECK(up.get("a") == nullptr); // Nobody knows the suffix.
    const auto value = up.get("a.card.json");
    REQUIRE(dynamic_cast<const OpaqueValue*>(value.get()) != nullptr);
    auto draft = stock.new_artifact("down", "dataset");
    CHECK(draft.add(*value, "x").path.str() == "x.card.json");
    stock.commit(std::move(draft));
    CHECK(*fixture.store.artifact("down").get<Card>("x") == card_of("a", "abc", kTrees));

    const Store other = Store::create("other", options);
    auto copied = other.new_artifact("copy", "dataset");
    CHECK(copied.add(*value, "x").path.str() == "x.card.json");
    other.commit(std::move(copied));
    const Store knowing = Store::open("other", StoreFixture::options());
    const auto back = knowing.artifact("copy").get<Card>("x");
    REQUIRE(back);
    CHECK(back->files().front().read() == "abc");
    CHECK(back->note() == "note of a");
}

TEST_CASE("a checkout of two objects in one place lays out the rest and says so") {
    const StoreFixture fixture;
    auto draft = fixture.draft();
    draft.add_bytes("1", "a//b");
    draft.add_bytes("2", "a/b");
    draft.add_bytes("1", "./a/b/c");
    draft.add_bytes("3", "same");
    draft.add_bytes("3", "./same");
    draft.add_bytes("m", "wandb_manifest.json");
    draft.add_bytes("m", ".sources/x");
    const Artifact artifact = fixture.commit(std::move(draft));
    const CheckoutReport plain = artifact.checkout("plain");
    CHECK(plain.skipped.size() == 2);
    CHECK(fs::exists("plain/wandb_manifest.json"));
    const CheckoutReport whole = artifact.checkout("whole", {.self_contained = true});
    CHECK(whole.skipped.size() == 4);
    CHECK(test::read_text("whole/same") == "3");
}

} // namespace
