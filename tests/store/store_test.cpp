// SPDX-License-Identifier: MIT
// The facade: names, options, versions, and what a draft may be committed to.
#include "artifact/store_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::check_throws;
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
        check_throws([&] { fixture.store.new_artifact(expected.name, "t"); },
                     ErrorCode::InvalidArgument, expected.message);
    }
}

TEST_CASE("a store is made, opened, and not made twice") {
    const test::WorkingFolder folder;
    CHECK_FALSE(Store::exists("s"));
    check_throws([] { Store::open("s"); }, ErrorCode::NotAStore);
    const Store made = Store::create("s");
    CHECK(Store::exists("s"));
    CHECK(fs::equivalent(made.path(), "s"));
    CHECK(made.types().find("image-file") != nullptr);
    check_throws([] { Store::create("s"); }, ErrorCode::AlreadyExists);
    CHECK(Store::open_or_create("s").list().empty());
    CHECK(Store::open_or_create("t").list().empty());
    StoreOptions options;
    options.dialect = "wandb-99";
    check_throws([&] { Store::create("u", options); }, ErrorCode::Unsupported);
    CHECK_FALSE(Store::exists("u"));
}

TEST_CASE("a draft is of one store, one name and one type") {
    const StoreFixture fixture;
    auto draft = fixture.draft("a");
    draft.add_bytes("x", "x");
    const Store other = Store::create("other");
    check_throws([&] { other.commit(std::move(draft)); }, ErrorCode::InvalidArgument,
                 "'a' belongs to another store");
    // The draft was not consumed.
    fixture.store.commit(std::move(draft));
    check_throws([&] { fixture.store.new_artifact("a", "model"); }, ErrorCode::Conflict);
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
    check_throws([&] { fixture.store.artifact("nothing"); }, ErrorCode::NotFound);
    CHECK(fixture.store.log("a").size() == 2);
    CHECK(fixture.store.info("a:v0").digest == fixture.store.artifact("a:v0").digest());
    CHECK(fixture.store.list().front().latest == 1);

    fixture.store.set_aliases("a:v0", {"good"}, {});
    CHECK(fixture.store.artifact("a:good").name() == "a:v0");
    fixture.store.remove("a:v0");
    check_throws([&] { fixture.store.artifact("a:v0"); }, ErrorCode::NotFound);
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
    check_throws(
        [&] {
            auto refused = store.new_artifact("b", "t");
            refused.add_bytes("x", "x");
            store.commit(std::move(refused));
        },
        ErrorCode::InvalidArgument);
}

} // namespace
