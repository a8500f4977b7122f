// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/records/records.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

TEST_CASE("a committed version can be read after the store is opened again") {
    const StoreFolder folder;
    const Contents contents = {
        {"a.txt", "alpha"}, {"b/c.bin", std::string("\0\1\2", 3)}, {"e", ""}};
    std::string digest;
    {
        const auto engine = folder.open();
        const auto version = commit_files(*engine, "cells", contents);
        digest = version->record().digest;
        CHECK(version->record().number == 0);
        CHECK(version->aliases() == std::vector<std::string>{"latest"});
        CHECK(read_all(*engine, *version) == contents);
    }
    const auto engine = folder.open();
    const auto version = engine->open_version("cells:latest");
    CHECK(read_all(*engine, *version) == contents);
    CHECK(version->record().digest == digest);
    CHECK(version->manifest().digest() == digest);
    CHECK(engine->open_version_by_id(version->record().id)->record().number == 0);
    CHECK(engine->open_version_by_id("none") == nullptr);
    check_sound(folder);
}

TEST_CASE("a version from another version adds one segment, and both can be read") {
    const StoreFolder folder;
    const auto engine = folder.open();
    Contents contents;
    for (int i = 0; i < 100; ++i) {
        contents["f" + std::to_string(1000 + i)] = "bytes " + std::to_string(i);
    }
    auto version = commit_files(*engine, "many", contents);
    for (int round = 0; round < 40; ++round) {
        const auto draft = engine->new_draft(version);
        contents["f" + std::to_string(1000 + round)] = "round " + std::to_string(round);
        contents.erase("f" + std::to_string(1099 - round));
        std::vector<Entry> entries;
        for (const auto& [path, bytes] : contents) {
            entries.push_back(put_entry(*draft, path, bytes));
        }
        CommitRequest request = request_of("many", entries);
        request.base = version;
        version = engine->commit(*draft, request, {});
        CHECK(version->record().number == static_cast<std::uint64_t>(round) + 1);
        CHECK(version->record().base == std::pair<std::string, std::uint64_t>("many", round));
    }
    CHECK(read_all(*engine, *version) == contents);
    CHECK(engine->open_version("many:v0")->manifest().size() == 100);
    check_sound(folder);
}

TEST_CASE("committing the latest content again makes no version") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const Contents contents = {{"a", "1"}, {"b", "2"}};
    const auto first = commit_files(*engine, "x", contents);
    const auto files = files_of(folder.root());

    SUBCASE("and changes nothing") {
        const auto again = commit_files(*engine, "x", contents);
        CHECK(again->record().number == 0);
        CHECK(again->record().id == first->record().id);
        CHECK(files_of(folder.root()) == files);
    }
    SUBCASE("but sets the aliases") {
        const auto draft = engine->new_draft(nullptr);
        CommitRequest request =
            request_of("x", {put_entry(*draft, "a", "1"), put_entry(*draft, "b", "2")});
        request.aliases = {"best"};
        CHECK(engine->commit(*draft, request, {})->record().number == 0);
        CHECK(engine->open_version("x:best")->aliases() ==
              std::vector<std::string>{"latest", "best"});
    }
    SUBCASE("unless something else differs") {
        const auto draft = engine->new_draft(nullptr);
        CommitRequest request =
            request_of("x", {put_entry(*draft, "a", "1"), put_entry(*draft, "b", "2")});
        SUBCASE("metadata") {
            request.metadata["k"] = 1;
        }
        SUBCASE("description") {
            request.description = "other";
        }
        SUBCASE("id") {
            request.id = "given";
        }
        SUBCASE("an entry") {
            request.manifest = Manifest(std::vector<Entry>{put_entry(*draft, "a", "1")});
        }
        CHECK(engine->commit(*draft, request, {})->record().number == 1);
    }
    SUBCASE("the content of an older version is a new version that costs a record") {
        commit_files(*engine, "x", {{"a", "other"}});
        const auto before = files_of(folder.root()).size();
        CHECK(commit_files(*engine, "x", contents)->record().number == 2);
        CHECK(files_of(folder.root()).size() == before + 1);
    }
    check_sound(folder);
}

TEST_CASE("version numbers have no gaps and are not used again") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "0"}});
    commit_files(*engine, "x", {{"a", "1"}});
    engine->remove("x:v1", false);
    CHECK(engine->open_version("x")->record().number == 0);
    CHECK(commit_files(*engine, "x", {{"a", "1"}})->record().number == 2);
    engine->remove("x:*", false);
    CHECK(engine->list().empty());
    check_throws([&] { engine->open_version("x"); }, ErrorCode::NotFound, "the store is empty");
    CHECK(commit_files(*engine, "x", {{"a", "1"}})->record().number == 3);
    check_sound(folder);
}

TEST_CASE("invalid commits are refused") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const auto first = commit_files(*engine, "x", {{"a", "0"}});
    const auto files = files_of(folder.root());
    const auto draft = engine->new_draft(nullptr);
    const std::vector<Entry> entries = {put_entry(*draft, "a", "new")};
    Entry missing = entries.front();
    missing.path = EntryPath("lost.txt");
    missing.object = sha256_of("bytes that nobody has put");

    struct Case {
        std::string what;
        std::function<void(CommitRequest&)> change;
        ErrorCode code;
        std::string message;
    };
    const std::vector<Case> cases = {
        {"another type", [](auto& r) { r.type = "model"; }, ErrorCode::Conflict,
         "artifact 'x' has type 'dataset', got 'model'"},
        {"no type", [](auto& r) { r.type = ""; }, ErrorCode::InvalidArgument, "type"},
        {"a bad name", [](auto& r) { r.name = "a/b"; }, ErrorCode::InvalidArgument, "'a/b'"},
        {"dots", [](auto& r) { r.name = ".."; }, ErrorCode::InvalidArgument, "'..'"},
        {"a taken id", [&](auto& r) { r.id = first->record().id; }, ErrorCode::AlreadyExists,
         "is taken by 'x:v0'"},
        {"a long id", [](auto& r) { r.id = std::string(65, 'i'); }, ErrorCode::InvalidArgument,
         "1 to 64 bytes, got 65"},
        {"metadata that is a list", [](auto& r) { r.metadata = Json::array(); },
         ErrorCode::InvalidArgument, "expected an object, got array"},
        {"an alias like a version", [](auto& r) { r.aliases = {"v7"}; }, ErrorCode::InvalidArgument,
         "'v7'"},
        {"the alias latest", [](auto& r) { r.aliases = {"latest"}; }, ErrorCode::InvalidArgument,
         "'latest'"},
        {"an empty alias", [](auto& r) { r.aliases = {""}; }, ErrorCode::InvalidArgument, "empty"},
        {"an alias with a slash", [](auto& r) { r.aliases = {"a/b"}; }, ErrorCode::InvalidArgument,
         "'a/b'"},
        {"bytes that nobody has put",
         [&](auto& r) { r.manifest = Manifest(std::vector<Entry>{missing}); }, ErrorCode::NotFound,
         "of entry 'lost.txt' is neither in the store nor in the draft"},
    };
    for (const Case& item : cases) {
        CAPTURE(item.what);
        CommitRequest request = request_of("x", entries);
        item.change(request);
        check_throws([&] { engine->commit(*draft, request, {}); }, item.code, item.message);
        CHECK(engine->log("x").size() == 1);
    }
    // The draft still has its entries.
    CHECK(engine->commit(*draft, request_of("x", entries), {})->record().number == 1);
    check_throws([&] { draft->put_bytes({}); }, ErrorCode::InvalidArgument, "has been committed");
    check_sound(folder);
}

TEST_CASE("the error of a reference lists the versions and aliases that there are") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "cells", {{"a", "0"}});
    commit_files(*engine, "cells", {{"a", "1"}});
    engine->set_aliases("cells:v0", {"best", "train"}, {});

    CHECK(engine->open_version("cells")->record().number == 1);
    CHECK(engine->open_version("cells:latest")->record().number == 1);
    CHECK(engine->open_version("cells:v0")->record().number == 0);
    CHECK(engine->open_version("cells:best")->record().number == 0);

    struct Case {
        const char* reference;
        ErrorCode code;
        const char* message;
    };
    const Case cases[] = {
        {"", ErrorCode::InvalidArgument, "may only contain"},
        {"a/b", ErrorCode::InvalidArgument, "'a/b'"},
        {"cells:", ErrorCode::InvalidArgument, "not an alias"},
        {"cells:a:b", ErrorCode::InvalidArgument, "not an alias"},
        {"cells:v99999999999999999999", ErrorCode::InvalidArgument, "not a version"},
        {"cells:v01", ErrorCode::InvalidArgument, "not a version"},
        {"cells:v2", ErrorCode::NotFound, "no version 'v2': there are 'v1', 'v0', and the aliases"},
        {"cells:other", ErrorCode::NotFound, "'latest', 'best', 'train'"},
        {"cats", ErrorCode::NotFound, "no artifact 'cats': there are 'cells'"},
    };
    for (const Case& item : cases) {
        CAPTURE(item.reference);
        check_throws([&] { engine->open_version(item.reference); }, item.code, item.message);
    }
    engine->set_aliases("cells:latest", {"best"}, {});
    CHECK(engine->open_version("cells:best")->record().number == 1);
    engine->set_aliases("cells:best", {}, {"best"});
    check_throws([&] { engine->open_version("cells:best"); }, ErrorCode::NotFound, "'train'");
    check_throws([&] { engine->set_aliases("cells", {}, {"train"}); }, ErrorCode::NotFound,
                 "'cells:v1' has no alias 'train'");
    check_throws([&] { engine->remove("cells", false); }, ErrorCode::InvalidArgument,
                 "say which version");
    engine->remove("cells:v0", false);
    check_throws([&] { engine->open_version("cells:train"); }, ErrorCode::NotFound, "'latest'");
}

TEST_CASE("list, log and info") {
    const StoreFolder folder;
    EngineOptions options;
    options.now = [] { return std::string("2026-03-01T12:00:00Z"); };
    options.draw_id = [n = 0]() mutable { return "id" + std::to_string(n++); };
    const auto engine = folder.open(options);
    commit_files(*engine, "b", {{"a", "12345"}, {"c", "1"}});
    const auto second = commit_files(*engine, "b", {{"a", "123"}});
    commit_files(*engine, "a", {{"a", "123"}});
    const auto artifacts = engine->list();
    REQUIRE(artifacts.size() == 2);
    CHECK(artifacts[0].name == "a");
    CHECK(artifacts[1].versions == 2);
    CHECK(artifacts[1].latest == 1);
    const auto versions = engine->log("b");
    REQUIRE(versions.size() == 2);
    CHECK(versions[0].version == 1);
    CHECK(versions[0].aliases == std::vector<std::string>{"latest"});
    CHECK(versions[1].aliases.empty());
    CHECK(versions[1].entries == 2);
    CHECK(versions[1].size == 6);
    CHECK(versions[1].id == "id0");
    CHECK(versions[1].created_at == "2026-03-01T12:00:00Z");
    CHECK(engine->info("b:v0").digest == versions[1].digest);
    CHECK(!versions[0].base);
}

TEST_CASE("an id that is drawn twice is drawn again") {
    const StoreFolder folder;
    EngineOptions options;
    options.draw_id = [n = 0]() mutable { return "id" + std::to_string(n++ / 2); };
    const auto engine = folder.open(options);
    CHECK(commit_files(*engine, "x", {{"a", "0"}})->record().id == "id0");
    CHECK(commit_files(*engine, "x", {{"a", "1"}})->record().id == "id1");
}

TEST_CASE("files are read when they are added, and not read when they are added again") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const fs::path path = folder.outside() / "file.bin";
    const std::string large(3 * 1024 * 1024 + 7, 'L');
    struct Case {
        const char* what;
        std::string bytes;
    };
    const std::vector<Case> cases = {{"empty", ""}, {"small", "some bytes"}, {"large", large}};
    for (const Case& item : cases) {
        CAPTURE(item.what);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << item.bytes;
        fs::last_write_time(path, fs::last_write_time(path) - std::chrono::hours(1));
        const auto draft = engine->new_draft(nullptr);
        const StoredBytes stored = draft->put_file(path, false);
        CHECK(stored.sha256 == sha256_of(item.bytes));
        CHECK(stored.md5 == digests_of(item.bytes).md5);
        CHECK(stored.size == item.bytes.size());
        const auto staged = draft->open(stored.sha256);
        CHECK(std::string(std::istreambuf_iterator<char>(*staged), {}) == item.bytes);
        CHECK(draft->put_file(path, false).sha256 == stored.sha256);
        Entry entry{EntryPath("f"),
                    stored.sha256,
                    stored.size,
                    stored.md5.base64(),
                    stored.size,
                    {},
                    {},
                    {},
                    {}};
        const auto version = engine->commit(*draft, request_of("x", {entry}), {});
        CHECK(read_all(*engine, *version).at("f") == item.bytes);
        CHECK(fs::exists(path));
    }
    const auto draft = engine->new_draft(nullptr);
    check_throws([&] { draft->put_file(folder.outside() / "none", false); }, ErrorCode::NotFound,
                 "none");
    check_throws([&] { draft->put_file(folder.outside(), false); }, ErrorCode::InvalidArgument,
                 "path is not a file");
    check_sound(folder);
}

TEST_CASE("a moved file is deleted after the commit, unless it has changed") {
    const StoreFolder folder;
    std::vector<std::string> warnings;
    EngineOptions options;
    options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
    const auto engine = folder.open(options);
    const fs::path kept = folder.outside() / "kept";
    const fs::path moved = folder.outside() / "moved";
    std::ofstream(kept) << "kept";
    std::ofstream(moved) << "moved";
    const auto draft = engine->new_draft(nullptr);
    const Entry entry = put_entry(*draft, "x", "y");
    draft->put_file(kept, true);
    draft->put_file(moved, true);
    std::ofstream(kept) << "kept and changed";
    CHECK(fs::exists(moved));
    engine->commit(*draft, request_of("x", {entry}), {});
    CHECK(!fs::exists(moved));
    CHECK(fs::exists(kept));
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("it changed after it was read") != std::string::npos);
}

TEST_CASE("a draft that is dropped leaves no files") {
    const StoreFolder folder;
    {
        const auto engine = folder.open();
        const auto draft = engine->new_draft(nullptr);
        put_entry(*draft, "a", "small");
        put_entry(*draft, "b", std::string(2 * kDefaultPackLimit, 'b'));
        CHECK(files_of(folder.root()).size() == 2); // a lease and the large one
    }
    CHECK(files_of(folder.root()).empty());
}

TEST_CASE("a commit that is cancelled leaves every version and its draft as they were") {
    const StoreFolder folder;
    const auto engine = folder.open();
    const auto draft = engine->new_draft(nullptr);
    const CommitRequest request = request_of("x", {put_entry(*draft, "a", "bytes")});
    std::stop_source stop;
    stop.request_stop();
    check_throws(
        [&] {
            engine->commit(*draft, request, {{}, stop.get_token()});
        },
        ErrorCode::Cancelled, "cancelled");
    CHECK(engine->list().empty());
    CHECK(engine->commit(*draft, request, {})->record().number == 0);
    check_sound(folder);
}

TEST_CASE("a record has all of a version, and a head all that may change") {
    VersionRow row;
    row.name = "cells";
    row.number = 7;
    row.type = "dataset";
    row.id = std::string("\0\xff", 2);
    row.content = sha256_of("content");
    row.digest = "d41d8cd98f00b204e9800998ecf8427e";
    row.dependencies = {{"a", "x:v1", sha256_of("1")}, {"b", "y:v2", sha256_of("2")}};
    row.metadata = {{"z", 1}, {"a", {1.5, nullptr, "ä"}}};
    row.description = "two\nlines";
    row.dialect = "0.10";
    row.created_at = "2026-03-01T12:00:00Z";
    row.run = "run-1";
    row.base.emplace("other", 3);
    const VersionRow read = parse_record(render_record(row));
    CHECK(render_record(read) == render_record(row));
    CHECK(read.id == row.id);
    CHECK(read.dependencies == row.dependencies);
    CHECK(read.base == row.base);

    const HeadRow head{"cells", "dataset", 8, {{"best", 7}, {"train", 3}}};
    CHECK(parse_head(render_head(head)) == head);
}

TEST_CASE("hostile records and heads are refused with the JSON pointer of the error") {
    struct Case {
        const char* text;
        const char* message;
    };
    const Case records[] = {
        {"", "line 1"},
        {"[]", "expected a JSON object"},
        {"{}", "'/format' is missing"},
        {R"({"format": 2})", "'/format': expected 1, got 2"},
        {R"({"format": "1"})", "'/format': expected a number"},
        {R"({"format": 1, "name": "../x"})", "'/name'"},
        {R"({"format": 1, "name": "x", "number": -1})", "'/number'"},
        {R"({"format": 1, "name": "x", "number": 1, "type": 3})", "'/type'"},
        {R"({"format": 1, "name": "x", "number": 1, "type": "t", "id": ""})", "'/id'"},
        {R"({"format": 1, "name": "x", "number": 1, "type": "t", "id": "zz"})", "hex"},
        {R"({"format": 1, "name": "x", "number": 1, "type": "t", "id": "00", "content": "12"})",
         "64"},
    };
    for (const Case& item : records) {
        CAPTURE(item.text);
        check_throws([&] { parse_record(item.text); }, ErrorCode::InvalidFormat, item.message);
    }
    const Case heads[] = {
        {"null", "expected a JSON object"},
        {R"({"format": 1, "name": "x", "type": "t", "next_number": 1.5})", "'/next_number'"},
        {R"({"format": 1, "name": "x", "type": "t", "next_number": 1, "aliases": []})",
         "'/aliases'"},
        {R"({"format": 1, "name": "x", "type": "t", "next_number": 1, "aliases": {"a": "b"}})",
         "'/a'"},
    };
    for (const Case& item : heads) {
        CAPTURE(item.text);
        check_throws([&] { parse_head(item.text); }, ErrorCode::InvalidFormat, item.message);
    }
}

} // namespace vitrine::test
