// SPDX-License-Identifier: MIT
// Runs that use and make artifacts of a store.
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/run/run.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace vitrine::test {

namespace {

struct StoreAndRun {
    TemporaryDirectory folder;
    Store store = Store::create(folder.path() / "store", {.durability = Durability::fast});

    RunOptions options(const std::string& id) const { return {.id = id, .store = store}; }
    Artifact commit(const std::string& name, const std::string& bytes) const {
        auto draft = store.new_artifact(name, "dataset");
        draft.add_bytes(bytes, "file.txt");
        return store.commit(std::move(draft));
    }
    ArtifactBuilder draft(const std::string& name, const std::string& bytes) const {
        auto draft = store.new_artifact(name, "dataset");
        draft.add_bytes(bytes, "file.txt");
        return draft;
    }
};

} // namespace

TEST_CASE("the store records what a run uses and makes") {
    const StoreAndRun fixture;
    const Artifact cells = fixture.commit("cells", "1");
    const Artifact labels = fixture.commit("labels", "2");
    {
        Run run(fixture.folder.path() / "run", fixture.options("r1"));
        CHECK(run.use_artifact("cells:latest").name() == "cells:v0");
        CHECK(run.use_artifact(labels).id() == labels.id());
        const Artifact made = run.log_artifact(fixture.draft("split", "3"), {.aliases = {"train"}});
        CHECK(made.name() == "split:v0");
        CHECK(made.aliases() == std::vector<std::string>{"latest", "train"});
    }
    const Lineage lineage = fixture.store.lineage("split:train");
    REQUIRE(lineage.made_by.size() == 1);
    const RunInfo& run = lineage.made_by[0];
    CHECK(run.id == "r1");
    CHECK(run.directory == (fixture.folder.path() / "run").native());
    REQUIRE(run.used.size() == 2);
    CHECK(run.used[0].name == "cells");
    CHECK(run.used[1].id == labels.id());
    CHECK(fixture.store.info("split").run == "r1");
    CHECK(fixture.store.lineage("cells").used_by.size() == 1);

    // The run goes on in another process.
    Run again(fixture.folder.path() / "run", {.store = fixture.store});
    again.log_artifact(fixture.draft("split", "4"));
    CHECK(fixture.store.lineage("split:v1").made_by[0].made.size() == 2);
}

TEST_CASE("values that were logged go into an artifact, and those of one are logged") {
    const StoreAndRun fixture;
    Run run(fixture.folder.path() / "run", fixture.options("r1"));
    const Image image(test::sample_pixels(3, 2, PixelMode::RGB, 1));
    run.log({{"sample", image}});
    auto draft = fixture.store.new_artifact("pictures", "dataset");
    draft.add(image, "one");
    run.log_artifact(std::move(draft));

    const Artifact pictures = run.use_artifact("pictures");
    const auto restored = pictures.get<Image>("one");
    REQUIRE(restored);
    CHECK(*restored == image);
    run.log({{"again", *restored}});
    CHECK(run.summary()["again"]["sha256"] == run.summary()["sample"]["sha256"]);
    const Lineage lineage = fixture.store.lineage("pictures");
    CHECK(lineage.made_by.size() == 1);
    CHECK(lineage.used_by.size() == 1);
}

TEST_CASE("artifacts that a run's store does not have, and runs without a store, are refused") {
    const StoreAndRun fixture;
    const StoreAndRun other;
    const Artifact foreign = other.commit("cells", "1");
    Run run(fixture.folder.path() / "run", fixture.options("r1"));
    check_throws([&] { run.use_artifact(foreign); }, ErrorCode::NotFound,
                 "no version of this store");
    check_throws([&] { run.use_artifact("cells"); }, ErrorCode::NotFound, "no artifact 'cells'");
    check_throws([&] { run.log_artifact(other.draft("cells", "2")); }, ErrorCode::InvalidArgument,
                 "belongs to another store");

    Run lonely(fixture.folder.path() / "lonely");
    check_throws([&] { lonely.use_artifact("cells"); }, ErrorCode::InvalidArgument, "has no store");
    check_throws([&] { lonely.use_artifact(foreign); }, ErrorCode::InvalidArgument, "has no store");
    check_throws([&] { lonely.log_artifact(fixture.draft("cells", "2")); },
                 ErrorCode::InvalidArgument, "has no store");
    CHECK(fixture.store.list().empty());
}

TEST_CASE("a draft that could not be committed can be logged again") {
    const StoreAndRun fixture;
    Run run(fixture.folder.path() / "run", fixture.options("r1"));
    auto draft = fixture.draft("cells", "1");
    check_throws([&] { run.log_artifact(std::move(draft), {.aliases = {"latest"}}); },
                 ErrorCode::InvalidArgument, "not an alias");
    CHECK(run.log_artifact(std::move(draft)).name() == "cells:v0");
}

} // namespace vitrine::test
