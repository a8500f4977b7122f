// SPDX-License-Identifier: MIT
// Which objects are packed, and how they are read from packs.
#include <vitrine/core/error.hpp>

#include "catalog/catalog.hpp"
#include "engine/engine_fixture.hpp"
#include "engine/store/store_settings.hpp"
#include "object/object_store.hpp"
#include "object/pack_file.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace vitrine::test {

namespace {

namespace fs = std::filesystem;

Contents many_files(const std::string& stem, int count) {
    Contents contents;
    for (int i = 0; i < count; ++i) {
        const std::string n = std::to_string(i);
        contents["f" + n] = stem + " " + n;
    }
    return contents;
}

std::vector<fs::path> packs_of(const fs::path& root) {
    std::vector<fs::path> paths;
    ObjectStore(root / "objects", real_file_system())
        .for_each_pack([&](const fs::path& path, const std::optional<Sha256>& name) {
            CHECK(PackReader(path).name() == name);
            paths.push_back(path);
        });
    return paths;
}

std::uint64_t packed_objects(const fs::path& root) {
    std::uint64_t objects = 0;
    for (const fs::path& path : packs_of(root)) {
        objects += PackReader(path).items().size();
    }
    return objects;
}

FileKind kind_of(const fs::path& root, const Engine& engine, std::string_view bytes) {
    const auto catalog = Catalog::open(root / "catalog.sqlite", engine.settings().store_id, true);
    const auto row = catalog->objects.find(sha256_of(bytes));
    REQUIRE(row);
    return row->file.kind;
}

/// A store whose objects of at most `pack_limit` bytes are packed.
struct PackedStore {
    explicit PackedStore(std::uint64_t pack_limit = kDefaultPackLimit)
        : engine(Engine::create(root, {"", "0.10", Durability::fast, pack_limit}, {})) {}

    TemporaryDirectory folder;
    fs::path root = folder.path() / "store";
    std::shared_ptr<Engine> engine;
};

} // namespace

TEST_CASE("many small objects share a file, a few do not, and large ones never") {
    const PackedStore world;
    const std::string small(kDefaultPackLimit, 's');
    const std::string large(kDefaultPackLimit + 1, 'l');
    commit_files(*world.engine, "few", many_files("few", 16));
    CHECK(packs_of(world.root).empty());
    Contents contents = many_files("many", 100);
    contents["empty"] = "";
    contents["small"] = small;
    contents["large"] = large;
    const auto version = commit_files(*world.engine, "many", contents);
    CHECK(packs_of(world.root).size() == 1);
    CHECK(packed_objects(world.root) == 102);
    CHECK(read_all(*world.engine, *version) == contents);
    CHECK(kind_of(world.root, *world.engine, small) == FileKind::pack);
    CHECK(kind_of(world.root, *world.engine, "") == FileKind::pack);
    CHECK(kind_of(world.root, *world.engine, large) == FileKind::loose);
    CHECK(kind_of(world.root, *world.engine, "few 3") == FileKind::loose);
    CHECK(world.engine->verify({}).ok());
    CHECK(!world.engine->store().object_path(sha256_of(small)));
    CHECK(world.engine->store().object_path(sha256_of(large)));
    // The same bytes again add nothing.
    commit_files(*world.engine, "again", contents);
    CHECK(packs_of(world.root).size() == 1);
}

TEST_CASE("a store that was made without packs keeps every object in a file of its own") {
    const PackedStore world(0);
    const Contents contents = many_files("x", 100);
    const auto version = commit_files(*world.engine, "x", contents);
    CHECK(packs_of(world.root).empty());
    CHECK(read_all(*world.engine, *version) == contents);
    CHECK(Engine::open(world.root, {})->settings().pack_limit == 0);
}

TEST_CASE("objects of a draft are read before they are committed, also by many threads") {
    const PackedStore world;
    const auto draft = world.engine->new_draft(nullptr);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 50; ++i) {
                const std::string bytes = std::to_string(thread) + " and " + std::to_string(i);
                const Entry entry = put_entry(*draft, "f", bytes);
                const auto stream = draft->open(*entry.object);
                if (std::string(std::istreambuf_iterator<char>(*stream), {}) != bytes) {
                    throw std::runtime_error("other bytes");
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

TEST_CASE("objects that a draft dropped before the commit get no row") {
    const PackedStore world;
    const auto draft = world.engine->new_draft(nullptr);
    std::vector<Entry> entries;
    for (const auto& [path, bytes] : many_files("x", 40)) {
        entries.push_back(put_entry(*draft, path, bytes));
    }
    put_entry(*draft, "y", "dropped");
    world.engine->commit(*draft, request_of("x", entries), {});
    CHECK(packed_objects(world.root) == 41);
    CHECK(world.engine->stats().objects == 40);
    check_throws([&] { world.engine->store().read_object(sha256_of(std::string_view("dropped"))); },
                 ErrorCode::NotFound, "no object");
}

TEST_CASE("of two drafts with the same bytes, the first to commit adds them") {
    const PackedStore world;
    const Contents contents = many_files("x", 40);
    const auto fill = [&](DraftStaging& draft) {
        std::vector<Entry> entries;
        for (const auto& [path, bytes] : contents) {
            entries.push_back(put_entry(draft, path, bytes));
        }
        return entries;
    };
    const auto first = world.engine->new_draft(nullptr);
    const auto second = world.engine->new_draft(nullptr);
    const std::vector<Entry> first_entries = fill(*first);
    std::vector<Entry> second_entries = fill(*second);
    second_entries.push_back(put_entry(*second, "more", "more"));
    world.engine->commit(*first, request_of("x", first_entries), {});
    const auto version = world.engine->commit(*second, request_of("y", second_entries), {});
    CHECK(read_all(*world.engine, *version).size() == 41);
    CHECK(world.engine->stats().objects == 41);
    // A draft without new bytes leaves no pack.
    const auto third = world.engine->new_draft(nullptr);
    const std::size_t packs = packs_of(world.root).size();
    world.engine->commit(*third, request_of("z", fill(*third)), {});
    CHECK(packs_of(world.root).size() == packs);
}

TEST_CASE("a damaged object in a pack is reported, and adding its bytes again restores it") {
    const StoreFolder folder;
    const Contents contents = many_files("x", 40);
    commit_files(*folder.open(), "x", contents);
    damage_object(folder, "x 7");
    const auto engine = folder.open();
    check_throws([&] { engine->store().read_object(sha256_of(std::string_view("x 7"))); },
                 ErrorCode::Corruption, "is damaged: expected ");
    CHECK(engine->store().read_object(sha256_of(std::string_view("x 8"))) == "x 8");
    const VerifyReport report = engine->verify({});
    REQUIRE(report.damages.size() == 1);
    CHECK(report.damages[0].entries == std::vector<std::string>{"x:v0/f7"});
    const auto version = commit_files(*engine, "x", contents);
    CHECK(version->record().number == 0);
    CHECK(read_all(*engine, *version) == contents);
    CHECK(engine->verify({}).ok());
}

TEST_CASE("the pack limit of vitrine.json is checked") {
    const std::string id(32, '0');
    const auto text = [&](const std::string& limit) {
        return R"({"format": 1, "store": ")" + id + R"(", "dialect": "", "durability": "safe")" +
               limit + "}";
    };
    CHECK(parse_settings(text("")).pack_limit == kDefaultPackLimit);
    CHECK(parse_settings(text(R"(, "pack_limit": 0)")).pack_limit == 0);
    struct Case {
        const char* member;
        const char* message;
    };
    for (const Case& item : {Case{R"(, "pack_limit": -1)", "'/pack_limit'"},
                             Case{R"(, "pack_limit": "64K")", "'/pack_limit'"},
                             Case{R"(, "pack_limit": 1048577)", "expected at most 1048576"}}) {
        CAPTURE(item.member);
        check_throws([&] { parse_settings(text(item.member)); }, ErrorCode::InvalidFormat,
                     item.message);
    }
    StoreSettings settings{id, "", Durability::fast, 4096};
    CHECK(parse_settings(render_settings(settings)).pack_limit == 4096);
}

} // namespace vitrine::test
