// SPDX-License-Identifier: MIT
// What gc does about packs: it deletes garbage, repacks those that are half garbage, and packs
// small loose objects; and nothing is lost, whatever else happens meanwhile.
#include <vitrine/core/error.hpp>

#include "engine/each_step.hpp"
#include "engine/engine_fixture.hpp"
#include "support/faulty_file_system.hpp"
#include "support/sanitized.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> packs_of(const StoreFolder& folder) {
    std::vector<std::string> packs;
    for (const std::string& file : files_of(folder.root())) {
        if (file.starts_with("objects/packs/")) {
            packs.push_back(file);
        }
    }
    return packs;
}

bool is_loose(const StoreFolder& folder, std::string_view bytes) {
    const std::string name = sha256_of(bytes).hex();
    return fs::exists(folder.root() / "objects/loose" / name.substr(0, 2) / name);
}

/// `count` files of `size` bytes, with numbers from `first`.
Contents numbered(int first, int count, std::size_t size = 1000) {
    Contents contents;
    for (int i = first; i < first + count; ++i) {
        std::string bytes = std::to_string(i) + " ";
        bytes.resize(size, static_cast<char>('a' + i % 26));
        contents["f" + std::to_string(i)] = bytes;
    }
    return contents;
}

/// Makes a version with a pack of 40 objects, and one with the first `kept` of them; removes the
/// first version.
void commit_and_thin_out(Engine& engine, int kept) {
    commit_files(engine, "all", numbered(0, 40));
    commit_files(engine, "kept", numbered(0, kept));
    engine.remove("all:*", false);
}

} // namespace

TEST_CASE("gc deletes a pack without live objects as it deletes other files") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", numbered(0, 40));
    REQUIRE(packs_of(folder).size() == 1);
    engine->remove("x:*", false);
    const GcReport would = engine->gc({true, {}, {}});
    const GcReport report = engine->gc({});
    CHECK(report.freed_files == 3); // the pack, the segment and the manifest
    CHECK(report.freed_bytes > 40000);
    CHECK(would.freed_files == report.freed_files);
    CHECK(would.freed_bytes == report.freed_bytes);
    CHECK(report.packed_objects == 0);
    CHECK(packs_of(folder).empty());
    check_sound(folder);
}

TEST_CASE("gc repacks a pack if less than half of it is live") {
    struct Case {
        int kept;
        bool rewritten;
    };
    for (const Case& test : {Case{1, true}, Case{18, true}, Case{22, false}, Case{40, false}}) {
        CAPTURE(test.kept);
        const StoreFolder folder;
        const auto engine = folder.open();
        commit_and_thin_out(*engine, test.kept);
        const auto before = packs_of(folder);
        REQUIRE(before.size() == 1);
        const GcReport would = engine->gc({true, {}, {}});
        const GcReport report = engine->gc({});
        CHECK(report.packed_objects == static_cast<std::uint64_t>(test.rewritten ? test.kept : 0));
        CHECK(report.packed_bytes == report.packed_objects * 1000);
        CHECK(would.packed_bytes == report.packed_bytes);
        CHECK(would.freed_files == report.freed_files);
        CHECK(would.freed_bytes == report.freed_bytes);
        CHECK(packs_of(folder).size() == 1);
        CHECK((packs_of(folder) != before) == test.rewritten);
        CHECK(read_all(*engine, *engine->open_version("kept")) == numbered(0, test.kept));
        // Another gc finds nothing to repack.
        const GcReport again = engine->gc({});
        CHECK(again.packed_objects == 0);
        CHECK(again.freed_files == 0);
        check_sound(folder);
    }
}

TEST_CASE("a pack of tiny live objects is not garbage, although its index is larger") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", numbered(0, 100, 7));
    const auto before = packs_of(folder);
    REQUIRE(before.size() == 1);
    CHECK(engine->gc({}).packed_objects == 0);
    CHECK(packs_of(folder) == before);
}

TEST_CASE("a reader of a pack that is repacked can read on") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "all", numbered(0, 40));
    auto reader = engine->open_version("all");
    commit_files(*engine, "kept", numbered(0, 10));
    engine->remove("all:*", false);
    const GcReport would = engine->gc({true, {}, {}});
    CHECK(would.waiting_files == 3);
    const GcReport report = engine->gc({});
    CHECK(report.packed_objects == 10);
    CHECK(report.freed_files == 0);
    CHECK(report.waiting_files == 3); // the old pack, and the manifest of the removed version
    CHECK(report.readers == 1);
    CHECK(packs_of(folder).size() == 2);
    CHECK(read_all(*engine, *reader) == numbered(0, 40));
    check_sound(folder);
    reader.reset();
    CHECK(engine->gc({}).freed_files == 3);
    CHECK(packs_of(folder).size() == 1);
    check_sound(folder);
}

TEST_CASE("gc packs small loose objects if there are many") {
    struct Case {
        const char* name;
        std::uint64_t pack_limit;
        int commits;
        std::size_t size;
        std::uint64_t packed;
    };
    const Case cases[] = {
        {"many", kDefaultPackLimit, 20, 500, 80}, {"few", kDefaultPackLimit, 15, 500, 0},
        {"not small", 499, 20, 500, 0},           {"just small", 500, 20, 500, 80},
        {"a store without packs", 0, 20, 500, 0},
    };
    for (const Case& test : cases) {
        CAPTURE(test.name);
        const StoreFolder folder(Durability::fast, test.pack_limit);
        const auto engine = folder.open();
        Contents all;
        for (int i = 0; i < test.commits; ++i) {
            const Contents some = numbered(4 * i, 4, test.size);
            commit_files(*engine, "x" + std::to_string(i), some);
            all.insert(some.begin(), some.end());
        }
        if (test.pack_limit == kDefaultPackLimit) {
            CHECK(packs_of(folder).empty());
        }
        const GcReport would = engine->gc({true, {}, {}});
        const GcReport report = engine->gc({});
        CHECK(report.packed_objects == test.packed);
        CHECK(report.freed_files == test.packed);
        CHECK(would.packed_objects == report.packed_objects);
        CHECK(would.freed_files == report.freed_files);
        CHECK(would.freed_bytes == report.freed_bytes);
        if (test.packed > 0) {
            CHECK(packs_of(folder).size() == 1);
        }
        for (const auto& [path, bytes] : all) {
            CHECK(is_loose(folder, bytes) == (test.packed == 0));
            CHECK(engine->store().read_object(sha256_of(bytes)) == bytes);
        }
        CHECK(engine->gc({}).packed_objects == 0);
        check_sound(folder);
    }
}

namespace {

/// The bytes of the segment of a version with one entry of these bytes.
std::string segment_beside(const StoreFolder& folder, std::string_view bytes) {
    for (const std::string& file : files_of(folder.root())) {
        if (file.starts_with("objects/loose/") && !file.ends_with(sha256_of(bytes).hex())) {
            return read_file(folder.root() / file);
        }
    }
    FAIL("there is no segment");
    return {};
}

} // namespace

TEST_CASE("a segment with the same bytes as an entry keeps its own file") {
    const StoreFolder folder;
    const auto engine = folder.open();
    auto reader = commit_files(*engine, "x", {{"a", "1"}});
    const std::string segment = segment_beside(folder, "1");
    Contents contents = numbered(0, 10, 200);
    contents["segment"] = segment;
    commit_files(*engine, "y", contents);
    for (int i = 10; i < 90; i += 10) {
        commit_files(*engine, "y", numbered(i, 10, 200));
    }
    std::uint64_t packed = 91;
    SUBCASE("a version needs it") {}
    SUBCASE("its manifest waits for a reader, and is committed again") {
        const auto draft = engine->new_draft(nullptr);
        const CommitRequest request = request_of("x", {put_entry(*draft, "a", "1")});
        engine->remove("x:*", false);
        packed = 90; // "1" is not live any more
        CHECK(engine->gc({}).packed_objects == packed);
        engine->commit(*draft, request, {});
        packed = 0;
    }
    CHECK(engine->gc({}).packed_objects == packed);
    CHECK(is_loose(folder, segment));
    reader.reset();
    engine->gc({});
    const auto reopened = folder.open();
    CHECK(read_all(*reopened, *reopened->open_version("x")) == Contents{{"a", "1"}});
    check_sound(folder);
}

TEST_CASE("a new segment whose bytes are in a pack gets a file of its own") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "1"}});
    const std::string segment = segment_beside(folder, "1");
    engine->remove("x:*", false);
    engine->gc({});
    Contents contents = numbered(0, 30, 200);
    contents["segment"] = segment;
    commit_files(*engine, "y", contents);
    REQUIRE_FALSE(is_loose(folder, segment));
    commit_files(*engine, "x", {{"a", "1"}});
    CHECK(is_loose(folder, segment));
    const auto reopened = folder.open();
    CHECK(read_all(*reopened, *reopened->open_version("x")) == Contents{{"a", "1"}});
    CHECK(read_all(*reopened, *reopened->open_version("y")) == contents);
    check_sound(folder);
}

TEST_CASE(
    "a damaged object stays where it is, is reported, and keeps only its pack from deletion") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const Contents kept = numbered(0, 10);
    commit_and_thin_out(*engine, 10);
    damage_object(folder, kept.at("f3"));
    const auto before = packs_of(folder);
    const GcReport report = engine->gc({});
    CHECK(report.packed_objects == 9);
    CHECK(report.damaged == std::vector<std::string>{sha256_of(kept.at("f3")).hex()});
    CHECK(packs_of(folder).size() == 2);
    CHECK(fs::exists(folder.root() / before[0]));
    const VerifyReport verified = engine->verify({});
    REQUIRE(verified.damages.size() == 1);
    CHECK(verified.damages[0].object == sha256_of(kept.at("f3")).hex());
    // It is marked as damaged now, and not read again.
    const GcReport again = engine->gc({});
    CHECK(again.packed_objects == 0);
    CHECK(again.damaged.empty());
    // After its bytes were added again, the old pack has no live object.
    commit_files(*engine, "again", {{"f3", kept.at("f3")}});
    CHECK(engine->gc({}).freed_files == 1);
    CHECK_FALSE(fs::exists(folder.root() / before[0]));
    CHECK(read_all(*engine, *engine->open_version("kept")) == kept);
    check_sound(folder);
}

namespace {

/// Calls a function when a file is created in a staging folder: gc holds no lock then.
class InterruptedCopying : public FileSystem {
public:
    std::function<void()> before_copying;
    FileDescriptor create_file(const fs::path& path) override {
        if (before_copying && path.string().find("/staging/") != std::string::npos) {
            std::exchange(before_copying, nullptr)();
        }
        return FileSystem::create_file(path);
    }
};

} // namespace

TEST_CASE("an object that becomes live while its pack is repacked is not lost") {
    const StoreFolder folder;
    const auto files = std::make_shared<InterruptedCopying>();
    const auto engine = folder.open(with_files(files));
    const auto other = folder.open();
    commit_and_thin_out(*engine, 10);
    const auto before = packs_of(folder);
    const std::string bytes = numbered(35, 1).at("f35");
    auto draft = other->new_draft(nullptr);
    const Entry entry = put_entry(*draft, "again", bytes);
    REQUIRE(packs_of(folder) == before); // it was found, and not written
    files->before_copying = [&] {
        other->commit(*draft, request_of("late", {entry}), {});
        draft.reset();
    };
    const GcReport report = engine->gc({});
    CHECK_FALSE(files->before_copying);
    CHECK(report.packed_objects == 10);
    CHECK(fs::exists(folder.root() / before[0]));
    engine->gc({});
    CHECK(read_all(*engine, *engine->open_version("late")) == Contents{{"again", bytes}});
    CHECK(read_all(*engine, *engine->open_version("kept")) == numbered(0, 10));
    check_sound(folder);
    CHECK_FALSE(fs::exists(folder.root() / before[0])); // its remaining objects have moved, too
}

TEST_CASE("a draft that found an object before its pack was repacked can be committed after that") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_and_thin_out(*engine, 10);
    const auto draft = engine->new_draft(nullptr);
    std::vector<Entry> entries;
    const Contents contents = {{"live", numbered(3, 1).at("f3")},
                               {"garbage", numbered(35, 1).at("f35")}};
    for (const auto& [path, bytes] : contents) {
        entries.push_back(put_entry(*draft, path, bytes));
    }
    CHECK(engine->gc({}).packed_objects == 10);
    engine->remove("kept:*", false);
    engine->gc({});
    const auto version = engine->commit(*draft, request_of("late", entries), {});
    engine->gc({});
    CHECK(read_all(*engine, *version) == contents);
    check_sound(folder);
    CHECK(read_all(*engine, *engine->open_version("late")) == contents);
}

// ---- Every step fails

namespace {

/// Makes a pack that is half garbage, small loose objects, and a pack without live objects.
void prepare_all(Engine& engine) {
    commit_and_thin_out(engine, 10);
    for (int i = 100; i < 170; i += 10) {
        commit_files(engine, "loose", numbered(i, 10, 50));
    }
    commit_files(engine, "gone", numbered(200, 30, 60));
    engine.remove("gone:*", false);
}

void check_all(const StoreFolder& folder) {
    const auto engine = folder.open();
    CHECK(read_all(*engine, *engine->open_version("kept")) == numbered(0, 10));
    for (int i = 0; i < 7; ++i) {
        CHECK(read_all(*engine, *engine->open_version("loose:v" + std::to_string(i))) ==
              numbered(100 + 10 * i, 10, 50));
    }
}

} // namespace

TEST_CASE("the next gc completes a repacking gc whose process died at any step") {
    die_at_each_step([](Engine& engine) { prepare_all(engine); },
                     [](Engine& engine) { engine.gc({}); },
                     [](const StoreFolder& folder) {
                         check_all(folder);
                         folder.open()->gc({});
                         check_all(folder);
                         CHECK(packs_of(folder).size() == 1);
                         CHECK_FALSE(is_loose(folder, numbered(100, 1, 50).at("f100")));
                     });
}

TEST_CASE("a repacking gc that fails at any step can be repeated") {
    const StoreFolder prepared(Durability::safe);
    prepare_all(*prepared.open());
    for (const Fault fault : {Fault::Once, Fault::Full, Fault::Crash}) {
        CAPTURE(static_cast<int>(fault));
        for (std::size_t step = 0; step < kMaxSteps; step += kStepsApart) {
            CAPTURE(step);
            const StoreFolder folder(Durability::safe);
            fs::remove_all(folder.root());
            fs::copy(prepared.root(), folder.root(), fs::copy_options::recursive);
            const auto files = std::make_shared<FaultyFileSystem>();
            const auto engine = folder.open(with_files(files));
            files->fail_at(step, fault);
            bool failed = false;
            try {
                engine->gc({});
            } catch (const IoError&) {
                failed = true;
            }
            const bool finished = !files->has_failed();
            files->stop_failing();
            check_all(folder);
            if (failed) {
                engine->gc({});
                check_all(folder);
            }
            CHECK(packs_of(folder).size() == 1);
            check_sound(folder);
            if (finished) {
                CHECK(!failed);
                break;
            }
            REQUIRE(step + kStepsApart < kMaxSteps);
        }
    }
}

} // namespace vitrine::test
