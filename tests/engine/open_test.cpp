// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/store/file_lock.hpp"
#include "engine/store/stat_key.hpp"
#include "engine/store/store_settings.hpp"
#include "support/check_throws.hpp"
#include "support/faulty_file_system.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

TEST_CASE("a store is made in a folder that is empty or does not exist") {
    const TemporaryDirectory folder;
    const StoreSettings settings{"", "0.10", Durability::safe};
    fs::create_directories(folder.path() / "empty");
    const auto made = Engine::create(folder.path() / "empty", settings, {});
    CHECK(made->settings().store_id.size() == 32);
    CHECK(made->settings().dialect == "0.10");
    CHECK(made->settings().durability == Durability::safe);
    CHECK(Engine::open(folder.path() / "empty", {})->settings().store_id ==
          made->settings().store_id);
    Engine::create(folder.path() / "new" / "deep", settings, {});
    check_throws([&] { Engine::create(folder.path() / "empty", settings, {}); },
                 ErrorCode::AlreadyExists, "is a store already");
    fs::create_directories(folder.path() / "full");
    std::ofstream(folder.path() / "full" / "file") << "mine";
    check_throws([&] { Engine::create(folder.path() / "full", settings, {}); },
                 ErrorCode::AlreadyExists, "is not empty");
}

TEST_CASE("a folder that is not a store is not opened") {
    const TemporaryDirectory folder;
    check_throws([&] { Engine::open(folder.path() / "none", {}); }, ErrorCode::NotAStore,
                 "no store at");
    check_throws([&] { Engine::open(folder.path(), {}); }, ErrorCode::NotAStore, "no store at");
    std::ofstream(folder.path() / "file") << "x";
    check_throws([&] { Engine::open(folder.path() / "file", {}); }, ErrorCode::NotAStore,
                 "no store at");
}

TEST_CASE("hostile and newer vitrine.json are refused") {
    const StoreFolder folder;
    struct Case {
        std::string text;
        ErrorCode code;
        const char* message;
    };
    const std::vector<Case> cases = {
        {"", ErrorCode::InvalidFormat, "vitrine.json"},
        {"[1]", ErrorCode::InvalidFormat, "expected a JSON object"},
        {R"({"store": "x"})", ErrorCode::InvalidFormat, "'/format' is missing"},
        {R"({"format": 0})", ErrorCode::InvalidFormat, "'/format'"},
        {R"({"format": 2})", ErrorCode::Unsupported, "format 2"},
        {R"({"format": 99999999999999999999999})", ErrorCode::InvalidFormat, "'/format'"},
        {R"({"format": 1, "store": "../../etc"})", ErrorCode::InvalidFormat, "'/store'"},
        {R"({"format": 1, "store": "00112233445566778899aabbccddeeff", "dialect": 1})",
         ErrorCode::InvalidFormat, "'/dialect'"},
        {R"({"format": 1, "store": "00112233445566778899aabbccddeeff", "dialect": "",)"
         R"( "durability": "slow"})",
         ErrorCode::InvalidFormat, "'slow'"},
        {R"({"format": 1, "store": "00112233445566778899aabbccddeeff", "dialect": "",)"
         R"( "durability": "safe"})",
         ErrorCode::NotAStore, "belongs to another store"},
        {std::string(2000000, ' '), ErrorCode::InvalidFormat, "too large"},
    };
    for (const Case& item : cases) {
        CAPTURE(item.text.substr(0, 100));
        std::ofstream(folder.root() / "vitrine.json", std::ios::trunc) << item.text;
        check_throws([&] { folder.open(); }, item.code, item.message);
    }
    const StoreSettings settings{"00112233445566778899aabbccddeeff", "0.10", Durability::fast};
    const StoreSettings read = parse_settings(render_settings(settings));
    CHECK(read.store_id == settings.store_id);
    CHECK(read.dialect == settings.dialect);
    CHECK(read.durability == settings.durability);
}

TEST_CASE("a store without a catalogue is opened only by repair, and not created again") {
    const StoreFolder folder;
    commit_files(*folder.open(), "x", {{"a", "1"}});
    for (const char* file : {"catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"}) {
        fs::remove(folder.root() / file);
    }
    check_throws([&] { folder.open(); }, ErrorCode::NotAStore, "repair");
    CHECK(!fs::exists(folder.root() / "catalog.sqlite"));
    fs::remove(folder.root() / "vitrine.json");
    check_throws(
        [&] {
            Engine::create(folder.root(), {"", "", Durability::fast}, {});
        },
        ErrorCode::AlreadyExists, "is not empty");
}

TEST_CASE("a store is not opened during a repair, and not repaired while it is open") {
    const StoreFolder folder;
    const auto path = folder.root() / "vitrine.json";
    {
        const auto repair = FileLock::try_take(path, FileLock::Mode::Exclusive);
        REQUIRE(repair);
        check_throws([&] { folder.open(); }, ErrorCode::Locked, "is being repaired");
    }
    const auto engine = folder.open();
    CHECK(!FileLock::try_take(path, FileLock::Mode::Exclusive));
    const auto second = folder.open();
}

TEST_CASE("a store that cannot be written to is read without protection, with one warning") {
    const StoreFolder folder;
    commit_files(*folder.open(), "x", {{"a", "1"}});
    const auto files = files_of(folder.root());
    const auto faulty = std::make_shared<FaultyFileSystem>();
    faulty->fail_at(0, Fault::Crash);
    std::vector<std::string> warnings;
    EngineOptions options = with_files(faulty);
    options.read_only = true;
    options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
    const auto engine = folder.open(options);
    CHECK(read_all(*engine, *engine->open_version("x")) == Contents{{"a", "1"}});
    engine->open_version("x");
    CHECK(engine->verify({}).ok());
    CHECK(engine->stats().objects == 1);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("without protection") != std::string::npos);
    CHECK(files_of(folder.root()) == files);
    options.read_only = false;
    check_throws([&] { folder.open(options)->open_version("x"); }, ErrorCode::Io, "");
}

TEST_CASE("a store that is opened read-only is read under a lease and not changed") {
    const StoreFolder folder;
    commit_files(*folder.open(), "x", {{"a", "1"}});
    const auto files = files_of(folder.root());
    EngineOptions options;
    options.read_only = true;
    const auto reader = folder.open(options);
    auto version = reader->open_version("x");
    const auto writer = folder.open();
    writer->remove("x:*", false);
    CHECK(writer->gc({}).readers == 1);
    CHECK(read_all(*reader, *version) == Contents{{"a", "1"}});
    check_throws([&] { reader->set_aliases("x", {"a"}, {}); }, ErrorCode::InvalidArgument,
                 "read-only");
    version.reset();
    CHECK(writer->gc({}).freed_files == 3);
}

TEST_CASE("only files that did not change recently go into the stat cache") {
    constexpr std::int64_t kNow = 1'700'000'000'123'456'789;
    constexpr std::int64_t kMillisecond = 1'000'000;
    struct Case {
        const char* what;
        std::int64_t mtime;
        std::int64_t ctime;
        bool settled;
    };
    const Case cases[] = {
        {"long ago", kNow - 5000 * kMillisecond, kNow - 5000 * kMillisecond, true},
        {"just now", kNow - 1 * kMillisecond, kNow - 5000 * kMillisecond, false},
        {"changed just now, with an old time set", kNow - 5000 * kMillisecond,
         kNow - 1 * kMillisecond, false},
        {"from the future", kNow + 5000 * kMillisecond, kNow - 5000 * kMillisecond, false},
        {"whole seconds, three ago", 1'699'999'997'000'000'000, 1'699'999'997'000'000'000, true},
        {"whole seconds, one ago", 1'699'999'999'000'000'000, 1'699'999'999'000'000'000, false},
    };
    for (const Case& item : cases) {
        CAPTURE(item.what);
        CHECK(is_settled({1, 2, 3, item.mtime, item.ctime}, kNow) == item.settled);
    }
}

} // namespace vitrine::test
