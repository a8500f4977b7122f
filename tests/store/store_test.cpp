// SPDX-License-Identifier: MIT
// The facade: names, options, versions, and what a draft may be committed to.
#include "artifact/store_fixture.hpp"
#include "support/error_of.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::error_of;
using test::StoreFixture;

TEST_CASE("artifact names are W&B's, without those that mean a folder") {
    const std::string good[] = {"a", "my-arty", "A.b_c-1", "...", std::string(128, 'x')};
    for (const std::string& name : good) {
        CAPTURE(name);
        CHECK_NOTHROW(check_artifact_name(name));
    }
    struct Case {
        std::string name;
        std::string message;
    };
    const Case cases[] = {
        {"", "got ''"},
        {"a b", "may only contain"},
        {"a/b", "got 'a/b'"},
        {"a:v0", "got 'a:v0'"},
        {"name\n", "may only contain"},
        {"\xc3\xbc", "may only contain"},
        {".", "reserved for folders"},
        {"..", "reserved for folders"},
        {std::string(129, 'x'), "expected at most 128 bytes, got 129"},
    };
    const StoreFixture fixture;
    for (const Case& expected : cases) {
        CAPTURE(expected.name);
        const auto error = error_of([&] { fixture.store.new_artifact(expected.name, "t"); });
        REQUIRE(error);
        CHECK(error->code == ErrorCode::InvalidArgument);
        CHECK(error->message.find(expected.message) != std::string::npos);
    }
}

TEST_CASE("a store is made, opened, and not made twice") {
    const test::WorkingFolder folder;
    CHECK_FALSE(Store::exists("s"));
    CHECK(error_of([] { Store::open("s"); })->code == ErrorCode::NotAStore);
    const Store made = Store::create("s");
    CHECK(Store::exists("s"));
    CHECK(fs::equivalent(made.path(), "s"));
    CHECK(made.types().find("image-file") != nullptr);
    CHECK(error_of([] { Store::create("s"); })->code == ErrorCode::AlreadyExists);
    CHECK(Store::open_or_create("s").list().empty());
    CHECK(Store::open_or_create("t").list().empty());
    StoreOptions options;
    options.dialect = "wandb-99";
    const auto dialect = error_of([&] { Store::create("u", options); });
    REQUIRE(dialect);
    CHECK(dialect->code == ErrorCode::Unsupported);
    CHECK_FALSE(Store::exists("u"));
}

TEST_CASE("a draft is of one store, one name and one type") {
    const StoreFixture fixture;
    auto draft = fixture.draft("a");
    draft.add_bytes("x", "x");
    const Store other = Store::create("other");
    const auto foreign = error_of([&] { other.commit(std::move(draft)); });
    REQUIRE(foreign);
    CHECK(foreign->code == ErrorCode::InvalidArgument);
    CHECK(foreign->message.find("'a' belongs to another store") != std::string::npos);
    // The draft was not consumed.
    fixture.store.commit(std::move(draft));
    const auto type = error_of([&] { fixture.store.new_artifact("a", "model"); });
    REQUIRE(type);
    CHECK(type->code == ErrorCode::Conflict);
}

TEST_CASE("versions are found by number, alias and id") {
    const StoreFixture fixture;
    for (const std::string text : {"one", "two"}) {
        auto draft = fixture.draft("a");
        draft.add_bytes(text, "x");
        fixture.store.commit(std::move(draft), {.aliases = {"best"}, .id = "id of " + text});
    }
    CHECK(fixture.store.artifact("a").name() == "a:v1");
    CHECK(fixture.store.artifact("a:latest").version() == 1);
    CHECK(fixture.store.artifact("a:v0").get_path("x").read() == "one");
    CHECK(fixture.store.artifact("a:best").name() == "a:v1");
    CHECK(fixture.store.find_by_id("id of one")->name() == "a:v0");
    CHECK_FALSE(fixture.store.find_by_id("nobody's"));
    CHECK(error_of([&] { fixture.store.artifact("nothing"); })->code == ErrorCode::NotFound);
    CHECK(fixture.store.log("a").size() == 2);
    CHECK(fixture.store.info("a:v0").digest == fixture.store.artifact("a:v0").digest());
    CHECK(fixture.store.list().front().latest == 1);

    fixture.store.set_aliases("a:v0", {"good"}, {});
    CHECK(fixture.store.artifact("a:good").name() == "a:v0");
    fixture.store.remove("a:v0");
    CHECK(error_of([&] { fixture.store.artifact("a:v0"); })->code == ErrorCode::NotFound);
    CHECK(fixture.store.verify().ok());
    CHECK(fixture.store.stats().versions == 1);
}

TEST_CASE("metadata and description are kept with the version") {
    const StoreFixture fixture;
    auto draft = fixture.draft("a");
    draft.set_description("what it is");
    draft.set_metadata({{"z", 1}, {"a", {1.5, nullptr}}});
    fixture.store.commit(std::move(draft));
    const Artifact artifact = fixture.store.artifact("a");
    CHECK(artifact.description() == "what it is");
    CHECK(artifact.metadata() == Json({{"z", 1}, {"a", {1.5, nullptr}}}));
    CHECK(artifact.type() == "dataset");
    CHECK(artifact.id().size() == 16);
    CHECK_FALSE(artifact.created_at().empty());
}

TEST_CASE("a read-only store can be read and not written") {
    const StoreFixture fixture;
    auto draft = fixture.draft("a");
    draft.add_bytes("x", "x");
    fixture.store.commit(std::move(draft));
    StoreOptions options = StoreFixture::options();
    options.read_only = true;
    const Store store = Store::open("s", options);
    CHECK(store.artifact("a").get_path("x").read() == "x");
    CHECK(error_of([&] {
              auto refused = store.new_artifact("b", "t");
              refused.add_bytes("x", "x");
              store.commit(std::move(refused));
          }).has_value());
}

} // namespace
