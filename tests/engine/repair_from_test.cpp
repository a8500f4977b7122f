// SPDX-License-Identifier: MIT
// Lost bytes that repair restores from other folders and from packs.
#include <vitrine/core/error.hpp>

#include "engine/repair_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

// ---- Bytes from elsewhere

namespace {

RepairReport repair_from(const StoreFolder& folder, const std::vector<fs::path>& from) {
    RepairOptions options;
    options.from = from;
    return Engine::repair(folder.root(), options, {});
}

void copy_store(const StoreFolder& folder, const fs::path& target) {
    fs::copy(folder.root(), target, fs::copy_options::recursive);
}

Contents many_files(const std::string& salt) {
    Contents contents;
    for (int i = 0; i < 40; ++i) {
        contents.emplace("many/" + std::to_string(i), salt + std::to_string(i));
    }
    return contents;
}

fs::path only_pack(const StoreFolder& folder) {
    fs::path found;
    for (const fs::path& path : fs::directory_iterator(layout_of(folder).objects() / "packs")) {
        REQUIRE(found.empty());
        found = path;
    }
    REQUIRE(!found.empty());
    return found;
}

} // namespace

TEST_CASE("repair restores lost bytes from files of other folders, whatever their names are") {
    const StoreFolder folder;
    fill(folder);
    const fs::path copy = folder.outside() / "copy";
    write_text(copy / "deep" / "down" / "name", "alpha");
    write_text(copy / "other", "not wanted");
    flip_bit(loose_file(folder, "alpha"));
    fs::remove(loose_file(folder, "delta"));
    CHECK(!folder.open()->verify({}).ok());

    RepairReport report = repair_from(folder, {copy});
    CHECK(report.restored_objects == 1);
    CHECK(report.restored_bytes == 5);
    CHECK(text_of(report, folder) == "damaged: missing: x:v1/d\n");
    write_text(folder.outside() / "more" / "file", "delta");
    report = repair_from(folder, {copy, folder.outside() / "more"});
    CHECK(report.ok());
    CHECK(report.restored_objects == 1);
    CHECK(folder.open()->verify({}).ok());
    check_goes_on(folder, kAll);
    CHECK(!fs::exists(loose_file(folder, "not wanted")));
    check_throws([&] { repair_from(folder, {folder.outside() / "none"}); }, ErrorCode::NotFound,
                 "none'");
}

TEST_CASE("an old copy of the store restores segments and manifests too, and lost versions") {
    const StoreFolder folder;
    fill(folder);
    const fs::path copy = folder.outside() / "copy";
    copy_store(folder, copy);
    fs::remove(segment_file(folder, "y:v0"));
    fs::remove(manifest_file(folder, "x:v1"));
    remove_catalog(folder);
    SUBCASE("at once") {
        const RepairReport report = repair_from(folder, {copy});
        CHECK(text_of(report, folder) == kMissingCatalog);
        CHECK(report.restored_objects == 2);
    }
    SUBCASE("after they were reported as lost") {
        const RepairReport first = Engine::repair(folder.root(), {}, {});
        CHECK(first.versions == 1);
        CHECK(first.losses.size() == 2);
        folder.open()->gc({}); // deletes what only they needed
        CHECK(repair_from(folder, {}).losses.empty());
        const RepairReport report = repair_from(folder, {copy});
        CHECK(report.ok());
        CHECK(text_of(report, folder) ==
              "note: x:v1: restored from 'lost', since its manifests are whole\n"
              "note: y:v0: restored from 'lost', since its manifests are whole\n");
    }
    check_goes_on(folder, kAll);
    CHECK(folder.open()->verify({}).ok());
}

TEST_CASE("a version that lost a dependency is kept, and a copy restores the dependency") {
    const StoreFolder folder;
    const fs::path copy = folder.outside() / "copy";
    {
        const auto engine = folder.open();
        const auto source =
            commit_files(*engine, "source", {{"s", "source"}, {"t", "more"}, {"u", "other"}});
        const auto draft = engine->new_draft(nullptr);
        const Entry own = put_entry(*draft, "own", "own");
        engine->commit(*draft, request_of("user", {refer(*draft, "r", source, "s"), own}), {});
        engine->remove("source:v0", false);
        engine->gc({});
    }
    copy_store(folder, copy);
    const Dependency dependency = folder.open()->open_version("user")->record().dependencies.at(0);
    fs::remove_all(layout_of(folder).artifact_folder(dependency.content));
    remove_catalog(folder); // which names its segments

    const RepairReport report = Engine::repair(folder.root(), {}, {});
    CHECK(text_of(report, folder) ==
          kMissingCatalog + "lost: dependency source:v0 of user:v0: there is no manifest "
                            "of content 'SHA'\n");
    {
        const auto engine = folder.open();
        CHECK(engine->open_version("user")->record().dependencies.empty());
        CHECK(read_all(*engine, *engine->open_version("user")) ==
              Contents{{"own", "own"}, {"r", "source"}});
    }
    SUBCASE("it is restored") {
        const RepairReport second = repair_from(folder, {copy});
        CHECK(text_of(second, folder) ==
              "note: user:v0: restored from 'lost', since its manifests are whole\n");
        const auto version = folder.open()->open_version("user");
        REQUIRE(version->record().dependencies.size() == 1);
        CHECK(version->dependency_manifest(dependency.id)->find("s"));
    }
    SUBCASE("but not after the version was removed") {
        folder.open()->remove("user:v0", false);
        CHECK(repair_from(folder, {copy}).versions == 0);
    }
    check_sound(folder);
}

// ---- Packs

TEST_CASE("objects in packs are found by the index of each pack") {
    const StoreFolder folder;
    const Contents many = many_files("x");
    commit_files(*folder.open(), "x", many);
    CHECK(repaired(folder).ok());
    {
        const auto engine = folder.open();
        CHECK(read_all(*engine, *engine->open_version("x")) == many);
    }
    check_sound(folder);
}

TEST_CASE("a segment with the same bytes as an entry in a pack keeps its own file") {
    const StoreFolder folder;
    commit_files(*folder.open(), "x", {{"a", "alpha"}});
    Contents many = many_files("y");
    many["segment"] = read_file(segment_file(folder, "x:v0"));
    commit_files(*folder.open(), "y", many);
    CHECK(repaired(folder).ok());
    {
        const auto engine = folder.open();
        CHECK(read_all(*engine, *engine->open_version("x")) == Contents{{"a", "alpha"}});
        CHECK(read_all(*engine, *engine->open_version("y")) == many);
    }
    // The bytes are in both if the pack was written before the segment.
    {
        const auto engine = folder.open();
        engine->remove("x:v0", false);
        engine->remove("y:v0", false);
        engine->gc({});
    }
    folder.open()->gc({});
    commit_files(*folder.open(), "y", many);
    commit_files(*folder.open(), "x", {{"a", "alpha"}});
    CHECK(repaired(folder).ok());
    {
        const auto engine = folder.open();
        CHECK(read_all(*engine, *engine->open_version("x:latest")) == Contents{{"a", "alpha"}});
        CHECK(read_all(*engine, *engine->open_version("y:latest")) == many);
    }
    check_sound(folder);
}

TEST_CASE("a damaged object in a pack is reported, and restored as a loose object") {
    const StoreFolder folder;
    const Contents many = many_files("x");
    commit_files(*folder.open(), "x", many);
    damage_object(folder, "x7");
    const VerifyReport verified = folder.open()->verify({});
    REQUIRE(verified.damages.size() == 1);
    CHECK(verified.damages[0].object == sha256_of("x7").hex());
    CHECK(verified.damages[0].entries == std::vector<std::string>{"x:v0/many/7"});
    const RepairReport report = repaired(folder);
    CHECK(text_of(report, folder) ==
          kMissingCatalog + "damaged: expected SHA, got SHA: x:v0/many/7\n");
    write_text(folder.outside() / "copy" / "7", "x7");
    const RepairReport repaired = repair_from(folder, {folder.outside() / "copy"});
    CHECK(repaired.ok());
    CHECK(repaired.restored_objects == 1);
    {
        const auto engine = folder.open();
        CHECK(engine->verify({}).ok());
        CHECK(read_all(*engine, *engine->open_version("x")) == many);
    }
    check_sound(folder);
}

TEST_CASE("the old catalogue has the locations of objects in a pack without an index") {
    struct Row {
        const char* name;
        std::function<void(const fs::path&)> damage;
        std::string problem;
    };
    const std::vector<Row> rows = {
        {"cut footer", [](const fs::path& path) { fs::resize_file(path, fs::file_size(path) - 1); },
         "is not used: "},
        {"flipped index", [](const fs::path& path) { flip_bit(path); }, "is not used: "},
        {"another's name",
         [](const fs::path& path) {
             fs::rename(path, path.parent_path() / (sha256_of("other").hex() + ".pack"));
         },
         "its index is that of pack"},
    };
    for (const Row& row : rows) {
        for (const bool with_catalog : {true, false}) {
            CAPTURE(row.name);
            CAPTURE(with_catalog);
            const StoreFolder folder;
            const Contents many = many_files("x");
            commit_files(*folder.open(), "x", many);
            const fs::path copy = folder.outside() / "copy";
            copy_store(folder, copy);
            row.damage(only_pack(folder));
            const VerifyReport verified = folder.open()->verify({});
            CHECK(!verified.ok());
            CHECK(verified.damages[0].versions == std::vector<std::string>{"x:v0"});
            if (!with_catalog) {
                remove_catalog(folder);
            }
            const bool renamed = std::string_view(row.name) == "another's name";
            const RepairReport report = Engine::repair(folder.root(), {}, {});
            const std::string text = text_of(report, folder);
            CAPTURE(text);
            CHECK(text.find(row.problem) != std::string::npos);
            CHECK(report.damages.size() == (with_catalog || renamed ? 0 : many.size()));
            CHECK(repair_from(folder, {copy}).ok());
            {
                const auto engine = folder.open();
                CHECK(engine->verify({}).ok());
                CHECK(read_all(*engine, *engine->open_version("x")) == many);
            }
            check_sound(folder);
        }
    }
}

} // namespace vitrine::test
