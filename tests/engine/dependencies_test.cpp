// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

namespace vitrine::test {

namespace {

using Paths = std::set<std::string>;

/// Twelve images, each with its own picture; some share classes, one has a folder of masks.
Contents source_contents() {
    Contents contents = {{"media/classes.json", R"({"_type": "class-set"})"},
                         {"media/masks/1.png", "mask 1"},
                         {"media/masks/2.png", "mask 2"},
                         {"notes.txt", "nobody names this"}};
    for (int i = 0; i < 12; ++i) {
        const std::string n = std::to_string(i);
        contents["media/" + n + ".png"] = "picture " + n;
        contents["img" + n + ".image-file.json"] =
            R"({"_type": "image-file", "path": "media/)" + n + R"(.png", "classes": )" +
            R"({"path": "media/classes.json"}, "caption": "no such path")" +
            (i == 3 ? R"(, "masks": "media/masks/")" : "") + "}";
    }
    return contents;
}

Paths dependency_paths(const OpenVersion& version, const std::string& id) {
    Paths paths;
    if (const auto manifest = version.dependency_manifest(id)) {
        for (const Entry& entry : manifest->entries()) {
            paths.insert(entry.path.str());
        }
    }
    return paths;
}

struct SplitStore {
    StoreFolder folder;
    std::shared_ptr<Engine> engine = folder.open();
    std::shared_ptr<const OpenVersion> source = commit_files(*engine, "source", source_contents());
    std::string id = source->record().id;

    std::shared_ptr<const OpenVersion> split(const std::string& name,
                                             const std::vector<std::string>& paths,
                                             const FileMembers& files = {}) {
        const auto draft = engine->new_draft(nullptr);
        std::vector<Entry> entries;
        for (const std::string& path : paths) {
            entries.push_back(refer(*draft, "picked/" + path, source, path));
        }
        CommitRequest request = request_of(name, entries);
        request.file_members = files;
        return engine->commit(*draft, request, {});
    }
};

} // namespace

TEST_CASE("the dependency of a version has the entries that its references need") {
    SplitStore world;
    const auto before = world.engine->stats();
    const auto split = world.split("split", {"img1.image-file.json", "img3.image-file.json"});
    CHECK(split->record().dependencies.size() == 1);
    CHECK(split->record().dependencies[0].id == world.id);
    CHECK(split->record().dependencies[0].name == "source:v0");
    CHECK(dependency_paths(*split, world.id) ==
          Paths{"img1.image-file.json", "img3.image-file.json", "media/1.png", "media/3.png",
                "media/classes.json", "media/masks/1.png", "media/masks/2.png"});
    CHECK(!split->dependency_manifest("other"));
    const auto after = world.engine->stats();
    CHECK(after.objects == before.objects);
    CHECK(after.object_bytes == before.object_bytes);
    check_sound(world.folder);

    SUBCASE("it stays when the source is removed") {
        world.source.reset();
        world.engine->remove("source:*", false);
        world.engine->gc({});
        CHECK(world.engine->stats().objects == 7);
        const auto again = world.folder.open()->open_version("split");
        for (const Entry& entry : again->dependency_manifest(world.id)->entries()) {
            CHECK(!world.engine->store().read_object(*entry.object).empty());
        }
        check_sound(world.folder);
    }
    SUBCASE("verify reports damage in it") {
        damage_object(world.folder, "mask 2");
        const auto report = world.engine->verify({});
        REQUIRE(report.damages.size() == 1);
        CHECK(report.damages[0].entries == std::vector<std::string>{"source:v0/media/masks/2.png"});
        CHECK(report.damages[0].versions == std::vector<std::string>{"source:v0", "split:v0"});
    }
}

TEST_CASE("a value of a declared type needs the files in its members alone") {
    SplitStore world;
    const auto kept = [&](const std::string& name, const FileMembers& files) {
        return dependency_paths(*world.split(name, {"img3.image-file.json"}, files), world.id);
    };
    const Paths by_path = {"img3.image-file.json", "media/3.png", "media/classes.json"};
    Paths with_masks = by_path;
    with_masks.insert({"media/masks/1.png", "media/masks/2.png"});
    CHECK(kept("a", {{"image-file"}, {"path"}}) == by_path);
    CHECK(kept("b", {{"image-file"}, {"path", "masks"}}) == with_masks);
    CHECK(kept("c", {{"image-file"}, {}}) == Paths{"img3.image-file.json"});
    CHECK(kept("d", {{"mask"}, {"path"}}) == with_masks);
    check_sound(world.folder);
}

TEST_CASE("if more than half of the source is needed, the dependency has its whole manifest") {
    SplitStore world;
    std::vector<std::string> paths;
    for (int i = 0; i < 8; ++i) {
        paths.push_back("img" + std::to_string(i) + ".image-file.json");
    }
    const auto split = world.split("split", paths);
    CHECK(split->record().dependencies[0].content == world.source->record().content);
    CHECK(dependency_paths(*split, world.id).contains("notes.txt"));
    world.source.reset();
    world.engine->remove("source:*", false);
    world.engine->gc({});
    check_sound(world.folder);
}

TEST_CASE("a reference to a plain file needs only that file") {
    SplitStore world;
    const auto split = world.split("split", {"notes.txt"});
    CHECK(dependency_paths(*split, world.id) == Paths{"notes.txt"});
}

TEST_CASE("references are followed through other artifacts, also after they are removed") {
    SplitStore world;
    const auto split = world.split("split", {"img1.image-file.json"});
    world.engine->remove("source:*", false);
    world.source.reset();
    // A reference into the split that names its entry, not the origin.
    const auto draft = world.engine->new_draft(nullptr);
    draft->hold(split);
    Entry entry = *split->manifest().find("picked/img1.image-file.json");
    entry.path = EntryPath("again.image-file.json");
    entry.ref = ArtifactUri{split->record().id, "picked/img1.image-file.json"}.render();
    const auto chained = world.engine->commit(*draft, request_of("chained", {entry}), {});
    CHECK(dependency_paths(*chained, split->record().id) == Paths{"picked/img1.image-file.json"});
    CHECK(dependency_paths(*chained, world.id) ==
          Paths{"img1.image-file.json", "media/1.png", "media/classes.json"});
    world.engine->remove("split:*", false);
    world.engine->gc({});
    check_sound(world.folder);
}

TEST_CASE("a draft inherits the dependencies of its base, without entries that it does not need") {
    SplitStore world;
    const auto base = world.split("split", {"img1.image-file.json"});
    const auto commit = [&](std::vector<Entry> entries, std::unique_ptr<DraftStaging> draft) {
        CommitRequest request = request_of("split", std::move(entries));
        request.base = base;
        return world.engine->commit(*draft, request, {});
    };
    auto draft = world.engine->new_draft(base);
    std::vector<Entry> entries;
    for (const Entry& entry : base->manifest().entries()) {
        entries.push_back(entry);
    }
    SUBCASE("another plain file: the same dependency") {
        entries.push_back(put_entry(*draft, "more", "bytes"));
        const auto version = commit(entries, std::move(draft));
        CHECK(version->record().dependencies == base->record().dependencies);
    }
    SUBCASE("another reference: the union") {
        entries.push_back(refer(*draft, "x.image-file.json", world.source, "img2.image-file.json"));
        const auto version = commit(entries, std::move(draft));
        CHECK(dependency_paths(*version, world.id) == Paths{"img1.image-file.json",
                                                            "img2.image-file.json", "media/1.png",
                                                            "media/2.png", "media/classes.json"});
    }
    SUBCASE("one reference instead of another: only the entries of the new one") {
        entries = {refer(*draft, "x.image-file.json", world.source, "img2.image-file.json")};
        const auto version = commit(entries, std::move(draft));
        CHECK(dependency_paths(*version, world.id) ==
              Paths{"img2.image-file.json", "media/2.png", "media/classes.json"});
    }
    SUBCASE("no reference: nothing") {
        entries = {put_entry(*draft, "a", "b")};
        const auto version = commit(entries, std::move(draft));
        CHECK(version->record().dependencies.empty());
    }
    check_sound(world.folder);
}

TEST_CASE("the latest content without further dependencies makes no version") {
    SplitStore world;
    const auto first = world.split("split", {"img1.image-file.json"});
    const auto again = world.split("split", {"img1.image-file.json"});
    CHECK(again->record().number == 0);
}

TEST_CASE("a reference to an artifact that the store never had makes no dependency") {
    SplitStore world;
    const auto draft = world.engine->new_draft(nullptr);
    Entry entry = put_entry(*draft, "x.image-file.json", R"({"path": "media/1.png"})");
    entry.ref = ArtifactUri{"unknown", "img.image-file.json"}.render();
    const auto version = world.engine->commit(*draft, request_of("imported", {entry}), {});
    CHECK(version->record().dependencies.empty());
    check_sound(world.folder);
}

TEST_CASE("a live version that the draft does not hold is found by its id") {
    SplitStore world;
    const auto draft = world.engine->new_draft(nullptr);
    Entry entry = *world.source->manifest().find("notes.txt");
    entry.ref = ArtifactUri{world.id, "notes.txt"}.render();
    const auto version = world.engine->commit(*draft, request_of("split", {entry}), {});
    CHECK(dependency_paths(*version, world.id) == Paths{"notes.txt"});
}

TEST_CASE("the id of a dependency can be used only for the same content") {
    SplitStore world;
    const auto split = world.split("split", {"img1.image-file.json"});
    world.source.reset();
    world.engine->remove("source:*", false);
    const auto commit = [&](const Contents& contents) {
        const auto draft = world.engine->new_draft(nullptr);
        std::vector<Entry> entries;
        for (const auto& [path, bytes] : contents) {
            entries.push_back(put_entry(*draft, path, bytes));
        }
        CommitRequest request = request_of("back", entries);
        request.id = world.id;
        return world.engine->commit(*draft, request, {});
    };
    check_throws(
        [&] {
            commit({{"img1.image-file.json", "other"}});
        },
        ErrorCode::AlreadyExists, "with other content");
    CHECK(commit(source_contents())->record().id == world.id);
    check_sound(world.folder);
}

} // namespace vitrine::test
