// SPDX-License-Identifier: MIT
// gc beside readers and drafts of another process: this process reads and drafts, while the command
// removes versions and runs gc.
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/store/store.hpp>

#include "core/file_system.hpp"
#include "support/command.hpp"
#include "support/sample_dataset.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// A store with pictures:v0, which has one picture named "one".
struct Fixture {
    TemporaryDirectory directory;
    fs::path path = directory.path() / "store";
    Pixels pixels = make_picture(7, 200, 150);
    fs::path file = directory.path() / "one.png";

    Fixture() {
        write_picture(file, pixels);
        const Store store = Store::create(path);
        ArtifactBuilder draft = store.new_artifact("pictures", "dataset");
        draft.add(Image(file), "one");
        store.commit(std::move(draft));
    }

    Json command(const std::string& verb, const std::string& argument = "") const {
        std::vector<std::string> arguments = {"--store", path.string(), "--json", verb};
        if (!argument.empty()) {
            arguments.push_back(argument);
        }
        return vitrine_ok(arguments).json();
    }
};

} // namespace

TEST_CASE("an image that a reader has open survives removal and gc until it is closed") {
    const Fixture fixture;
    std::optional<Image> image =
        Store::open(fixture.path).artifact("pictures:v0").get<Image>("one");
    REQUIRE(image);

    CHECK(fixture.command("rm", "pictures:v0")["versions"] == Json::array({"pictures:v0"}));
    const Json waiting = fixture.command("gc");
    CHECK(waiting["freed_files"] == 0);
    CHECK(waiting["waiting_files"].get<int>() >= 2); // the picture and its JSON
    CHECK(waiting["waiting_bytes"].get<std::uint64_t>() >= fs::file_size(fixture.file));
    CHECK(waiting["readers"] == 1);
    CHECK(image->pixels() == fixture.pixels);

    const std::string text = vitrine_ok({"--store", fixture.path.string(), "gc"}).out;
    CHECK(text.find("freed nothing") != std::string::npos);
    CHECK(text.find("wait for 1 reader") != std::string::npos);

    image.reset();
    const Json freed = fixture.command("gc");
    CHECK(freed["freed_files"].get<int>() >= 2);
    CHECK(freed["waiting_files"] == 0);
    CHECK(freed["readers"] == 0);
    CHECK(fixture.command("stats")["objects"] == 0);
    CHECK(fixture.command("stats")["stored_bytes"] == 0);
}

TEST_CASE("a draft that found an object protects it from gc, and its version references it") {
    const Fixture fixture;
    const Store store = Store::open(fixture.path);
    std::optional<ArtifactBuilder> draft = store.new_artifact("copies", "dataset");
    draft->add(Image(fixture.file), "again"); // present, so nothing is staged

    fixture.command("rm", "pictures:v0");
    const Json waiting = fixture.command("gc");
    CHECK(waiting["waiting_bytes"].get<std::uint64_t>() >= fs::file_size(fixture.file));
    CHECK(waiting["readers"] == 1);

    store.commit(*std::exchange(draft, std::nullopt));
    const Json after = fixture.command("gc");
    CHECK(after["waiting_files"] == 0);
    const auto image = store.artifact("copies:v0").get<Image>("again");
    REQUIRE(image);
    CHECK(image->pixels() == fixture.pixels);
    CHECK(store.verify().ok());
}

TEST_CASE("gc deletes what only an abandoned draft had found") {
    const Fixture fixture;
    const Store store = Store::open(fixture.path);
    {
        ArtifactBuilder draft = store.new_artifact("copies", "dataset");
        draft.add(Image(fixture.file), "again");
        fixture.command("rm", "pictures:v0");
        CHECK(fixture.command("gc")["readers"] == 1);
    }
    const Json freed = fixture.command("gc");
    CHECK(freed["freed_bytes"].get<std::uint64_t>() >= fs::file_size(fixture.file));
    CHECK(fixture.command("stats")["stored_bytes"] == 0);
}
