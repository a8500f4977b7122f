// SPDX-License-Identifier: MIT
// What every source of values promises, asked of each kind of artifact content.
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
using test::kTrees;
using test::made;
using test::StoreFixture;

Card original() {
    Card card("text", {made("abc"), made("")});
    return card.classes(kTrees).note("note");
}

Artifact make_source(const StoreFixture& fixture) {
    auto draft = fixture.draft("up");
    draft.add(original(), "dir/x");
    return fixture.commit(std::move(draft));
}

struct Source {
    std::string kind;
    std::shared_ptr<const ValueSource> source;
    std::string name;
    std::string id;
    bool knows_sha256;
};

/// The same content as a version, as a dependency of another version, and as a folder.
std::vector<Source> sources(const StoreFixture& fixture) {
    std::vector<Source> made_sources;
    const Artifact up = make_source(fixture);
    made_sources.push_back({"version", up.source(), "up:v0", up.id(), true});

    auto draft = fixture.draft("down");
    draft.add(*up.get<Card>("dir/x"), "y");
    const Artifact down = fixture.commit(std::move(draft));
    const auto kept = down.get<Card>("y")->artifact_source()->artifact;
    made_sources.push_back({"dependency", kept, "up:v0", up.id(), true});

    up.checkout("up", {.self_contained = true});
    const Artifact folder = Artifact::open_directory("up", test::types_with_cards());
    made_sources.push_back({"folder", folder.source(), "up", "", false});

    up.checkout("bare");
    const Artifact bare = Artifact::open_directory("bare", test::types_with_cards());
    made_sources.push_back({"folder without manifest", bare.source(), "bare", "", false});

    down.checkout("down", {.self_contained = true});
    const Artifact self = Artifact::open_directory("down", test::types_with_cards());
    made_sources.push_back({"dependency in a folder",
                            self.get<Card>("y")->artifact_source()->artifact, "up:v0", up.id(),
                            false});
    return made_sources;
}

const std::string kMedia = "media/cards/90015098.bin";
const std::string kCard = "dir/x.card.json";

TEST_CASE("every source has a name, an id and the types of its store") {
    const StoreFixture fixture;
    for (const Source& each : sources(fixture)) {
        CAPTURE(each.kind);
        CHECK(each.source->name() == each.name);
        CHECK(each.source->id() == each.id);
        CHECK(each.source->types().find("card") != nullptr);
    }
}

TEST_CASE("every source lists the files below a folder") {
    const StoreFixture fixture;
    for (const Source& each : sources(fixture)) {
        CAPTURE(each.kind);
        const auto below = each.source->files_below("media/cards");
        CHECK(below.size() == 2);
        CHECK(std::count(below.begin(), below.end(), kMedia) == 1);
        CHECK(each.source->files_below("dir") == test::Paths{kCard});
        for (const char* name : {"media/card", "dir/x.card.json", "gone", "../dir"}) {
            CAPTURE(name);
            CHECK(each.source->files_below(name).empty());
        }
    }
}

TEST_CASE("every source says of a file what is known, and reads it checked") {
    const StoreFixture fixture;
    for (const Source& each : sources(fixture)) {
        CAPTURE(each.kind);
        const SourceFile file = each.source->file(kMedia);
        CHECK(file.path == kMedia);
        CHECK(file.size == 3);
        CHECK(file.digest == "kAFQmDzST7DWlj99KOF/cg==");
        CHECK(file.sha256.has_value() == each.knows_sha256);
        if (file.sha256) {
            CHECK(file.sha256 == sha256_of("abc"));
        }
        CHECK(file.owner == each.source);
        CHECK(each.source->read(kMedia) == "abc");
        CHECK(each.source->read("media/cards/d41d8cd9.bin").empty());
        CHECK(each.source->contains(kMedia));
        CHECK_FALSE(each.source->contains("media/nothing"));
        CHECK_FALSE(each.source->contains(""));
        if (const auto path = each.source->local_path(kMedia)) {
            CHECK(test::read_text(*path) == "abc");
        }
    }
}

TEST_CASE("every source restores a value that knows where it came from") {
    const StoreFixture fixture;
    for (const Source& each : sources(fixture)) {
        CAPTURE(each.kind);
        const auto value = each.source->value(kCard);
        REQUIRE(value);
        const auto& card = dynamic_cast<const Card&>(*value);
        CHECK(card.text() == "text");
        CHECK(*card.classes() == kTrees);
        REQUIRE(value->artifact_source());
        CHECK(value->artifact_source()->artifact == each.source);
        CHECK(value->artifact_source()->name == kCard);
        CHECK(card.files().front().read() == "abc");
        // A folder that W&B lays out without its manifest has no place for notes.
        CHECK(card.note() == (each.kind == "folder without manifest" ? "" : "note"));
    }
}

TEST_CASE("every source names itself and the path in its errors") {
    const StoreFixture fixture;
    for (const Source& each : sources(fixture)) {
        CAPTURE(each.kind);
        const std::function<void()> calls[] = {
            [&] { each.source->file("no/such"); },
            [&] { each.source->read("no/such"); },
            [&] { each.source->local_path("no/such"); },
            [&] { each.source->value("no/such"); },
        };
        for (const auto& call : calls) {
            const std::string error = check_throws(call, ErrorCode::NotFound, "'no/such'");
            CHECK(error.find("'" + each.name + "'") != std::string::npos);
        }
        check_throws([&] { each.source->value(kMedia); }, ErrorCode::InvalidFormat);
    }
}

TEST_CASE("every source may be read by many threads") {
    const StoreFixture fixture;
    for (const Source& each : sources(fixture)) {
        CAPTURE(each.kind);
        std::vector<std::thread> threads;
        std::vector<int> equal(4);
        for (std::size_t i = 0; i < equal.size(); ++i) {
            threads.emplace_back([&, i] {
                for (int j = 0; j < 20; ++j) {
                    const auto value = each.source->value(kCard);
                    equal[i] += dynamic_cast<const Card&>(*value).files()[0].read() == "abc";
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        CHECK(equal == std::vector<int>{20, 20, 20, 20});
    }
}

TEST_CASE("a value works after the store and the artifact are gone") {
    std::vector<std::shared_ptr<const Value>> values;
    const test::WorkingFolder folder;
    {
        const Store store = Store::create("s", StoreFixture::options());
        auto draft = store.new_artifact("up", "dataset");
        draft.add(original(), "dir/x");
        values.push_back(store.commit(std::move(draft)).get("dir/x"));
    }
    CHECK(dynamic_cast<const Card&>(*values.front()).files().front().read() == "abc");
}

} // namespace
