// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "engine/records/announcements.hpp"
#include "engine/store/file_lock.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/store_layout.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

/// Whether there is a loose object with these bytes.
bool has_object(const StoreFolder& folder, std::string_view bytes) {
    const std::string name = sha256_of(bytes).hex();
    return fs::exists(folder.root() / "objects/loose" / name.substr(0, 2) / name);
}

} // namespace

TEST_CASE("gc deletes what only a removed version referenced") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "shared"}, {"b", "alone"}});
    commit_files(*engine, "y", {{"a", "shared"}});
    const RemoveReport would = engine->remove("x:v0", true);
    CHECK(would.versions == std::vector<std::string>{"x:v0"});
    CHECK(would.bytes == 5);
    CHECK(engine->log("x").size() == 1);
    const RemoveReport removed = engine->remove("x:v0", false);
    CHECK(removed.bytes == 5);
    CHECK(has_object(folder, "alone"));

    const GcReport dry = engine->gc({true, {}});
    CHECK(has_object(folder, "alone"));
    const GcReport report = engine->gc({});
    CHECK(report.freed_files == 3); // the bytes, the segment and the manifest
    CHECK(report.freed_bytes > 5);
    CHECK(report.waiting_files == 0);
    CHECK(dry.freed_files == report.freed_files);
    CHECK(dry.freed_bytes == report.freed_bytes);
    CHECK(!has_object(folder, "alone"));
    CHECK(has_object(folder, "shared"));
    CHECK(engine->gc({}).freed_files == 0);
    check_sound(folder);
}

TEST_CASE("files that an open reader may need wait for it") {
    const StoreFolder folder;
    const auto engine = folder.open();
    auto reader = commit_files(*engine, "x", {{"a", "alone"}});
    engine->remove("x:*", false);
    for (const bool dry_run : {true, false, false}) {
        CAPTURE(dry_run);
        const GcReport report = engine->gc({dry_run, {}});
        CHECK(report.freed_files == 0);
        CHECK(report.waiting_files == 3);
        CHECK(report.waiting_bytes > 5);
        CHECK(report.readers == 1);
    }
    CHECK(read_all(*engine, *reader) == Contents{{"a", "alone"}});
    // A reader that is opened now does not delay the deletion of files that were marked before.
    commit_files(*engine, "y", {{"a", "other"}});
    const auto late = engine->open_version("y");
    reader.reset();
    CHECK(engine->gc({}).freed_files == 3);
    CHECK(!has_object(folder, "alone"));
    CHECK(read_all(*engine, *late) == Contents{{"a", "other"}});
    check_sound(folder);
}

TEST_CASE("a draft can commit an object that gc marks after the draft found it") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "bytes"}});
    engine->remove("x:*", false);

    SUBCASE("with a lease older than the mark, it uses the object of the store") {
        const auto draft = engine->new_draft(nullptr);
        const Entry entry = put_entry(*draft, "b", "bytes");
        const auto staged = files_of(folder.root());
        CHECK(std::none_of(staged.begin(), staged.end(),
                           [](const std::string& file) { return file.starts_with("staging/"); }));
        CHECK(engine->gc({}).waiting_files == 3);
        const auto version = engine->commit(*draft, request_of("y", {entry}), {});
        engine->gc({});
        CHECK(read_all(*engine, *version) == Contents{{"b", "bytes"}});
    }
    SUBCASE("with a lease younger than the mark, it adds the bytes again") {
        auto holder = engine->new_draft(nullptr);
        CHECK(engine->gc({}).waiting_files == 3);
        const auto draft = engine->new_draft(nullptr);
        const Entry entry = put_entry(*draft, "b", "bytes");
        SUBCASE("over the marked file") {}
        SUBCASE("after the file was deleted") {
            holder.reset();
            CHECK(engine->gc({}).freed_files == 3);
            CHECK(!has_object(folder, "bytes"));
        }
        const auto version = engine->commit(*draft, request_of("y", {entry}), {});
        holder.reset();
        engine->gc({});
        CHECK(read_all(*engine, *version) == Contents{{"b", "bytes"}});
    }
    check_sound(folder);
}

TEST_CASE("a draft from a removed version keeps the entries of that version") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}});
    const auto base = engine->open_version("x");
    const auto draft = engine->new_draft(base);
    std::vector<Entry> entries;
    for (const Entry& entry : base->manifest().entries()) {
        entries.push_back(entry);
    }
    entries.push_back(put_entry(*draft, "e", "5"));
    engine->remove("x:*", false);
    CHECK(engine->gc({}).waiting_files == 6);
    CommitRequest request = request_of("x", entries);
    request.base = base;
    const auto version = engine->commit(*draft, request, {});
    engine->gc({});
    CHECK(read_all(*engine, *version).size() == 5);
    CHECK(version->record().number == 1);
    check_sound(folder);
}

TEST_CASE("gc removes untracked files, and no others") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "1"}});
    const auto before = files_of(folder.root());
    const std::string name = sha256_of("untracked").hex();
    const fs::path shard = folder.root() / "objects/loose" / name.substr(0, 2);
    fs::create_directories(shard);
    std::ofstream(shard / name) << "untracked";
    const fs::path artifact = folder.root() / "artifacts" / name;
    fs::create_directories(artifact);
    std::ofstream(artifact / (name + ".manifest")) << "untracked";
    fs::create_directories(folder.root() / "records/artifacts/y");
    Announcements interrupted(engine->store());
    for (const char* file : {"x/1.json", "y/0.json"}) {
        interrupted.add(folder.root() / "records/artifacts" / file, "{}");
        std::ofstream(folder.root() / "records/artifacts" / file) << "{}";
    }
    std::ofstream(folder.root() / "records/artifacts/x/.abc.tmp") << "{}";
    std::ofstream(folder.root() / "records/artifacts/y/head.json") << "{}";
    fs::create_directories(folder.root() / "staging/none/draft");
    std::ofstream(folder.root() / "staging/none/draft/file") << "untracked";
    std::ofstream(folder.root() / "leases/.unfinished") << "";
    std::ofstream(folder.root() / "leases/dead") << "1";

    CHECK(engine->gc({true, {}}).freed_files == 2);
    const GcReport report = engine->gc({});
    CHECK(report.freed_files == 2);
    CHECK(report.freed_bytes == 18); // "untracked" twice
    CHECK(files_of(folder.root()) == before);
    CHECK(!fs::exists(artifact));
    CHECK(!fs::exists(folder.root() / "records/artifacts/y"));
    check_sound(folder);
}

TEST_CASE("a record without a row and without an announcement stops gc") {
    // the next number, a later one, an earlier one; of another name; of a run
    for (const char* file : {"artifacts/x/1.json", "artifacts/x/7.json", "artifacts/x/0.json",
                             "artifacts/y/0.json", "runs/r.json"}) {
        CAPTURE(file);
        const StoreFolder folder;
        const auto engine = folder.open();
        commit_files(*engine, "x", {{"a", "1"}});
        engine->remove("x:*", false);
        const fs::path path = folder.root() / "records" / file;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << "{}";
        check_throws([&] { engine->gc({}); }, ErrorCode::NotAStore, path.filename().native());
        CHECK(has_object(folder, "1"));
        CHECK(fs::exists(path));
    }
}

TEST_CASE("gc writes records and heads again that differ from the catalogue") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "1"}});
    commit_files(*engine, "x", {{"a", "2"}});
    engine->set_aliases("x:v0", {"best"}, {});
    const fs::path records = folder.root() / "records/artifacts/x";
    const std::string record = read_file(records / "0.json");
    const std::string head = read_file(records / "head.json");
    fs::remove(records / "0.json");
    std::ofstream(records / "head.json") << "{}";
    engine->gc({});
    CHECK(read_file(records / "0.json") == record);
    CHECK(read_file(records / "head.json") == head);
    check_sound(folder);
}

TEST_CASE("only one gc works at a time, and none on a store that was opened read-only") {
    const StoreFolder folder;
    const auto engine = folder.open();
    {
        const auto lock = FileLock::try_take(folder.root() / "gc.lock", FileLock::Mode::Exclusive);
        REQUIRE(lock);
        check_throws([&] { engine->gc({}); }, ErrorCode::Locked, "another gc");
    }
    engine->gc({});
    EngineOptions options;
    options.read_only = true;
    const auto reader = folder.open(options);
    check_throws([&] { reader->gc({}); }, ErrorCode::InvalidArgument, "read-only");
    check_throws([&] { reader->new_draft(nullptr); }, ErrorCode::InvalidArgument, "read-only");
    check_throws([&] { reader->remove("x:v0", false); }, ErrorCode::NotFound, "no artifact");
}

TEST_CASE("versions and drafts of one epoch share a lease") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "1"}});
    const StoreLayout layout{folder.root()};
    const auto leases = [&] { return live_leases(layout, *real_file_system(), false); };
    CHECK(leases().empty());
    const auto first = engine->open_version("x");
    const auto second = engine->open_version("x");
    const auto draft = engine->new_draft(nullptr);
    CHECK(leases() == std::vector<std::uint64_t>{first->lease_epoch()});
    engine->gc({});
    const auto third = engine->open_version("x");
    CHECK(third->lease_epoch() == first->lease_epoch() + 1);
    CHECK(leases().size() == 2);
}

// ---- A model of gc

namespace {

/// Makes random commits, removals, readers and gcs, and compares the store with a model.
class GcModel {
public:
    explicit GcModel(std::uint32_t seed) : random_(seed), engine_(folder_.open()) {}

    void play(int steps) {
        for (int step = 0; step < steps; ++step) {
            switch (pick(6)) {
            case 0:
            case 1:
                commit();
                break;
            case 2:
                remove();
                break;
            case 3:
                open();
                break;
            case 4:
                close();
                break;
            default:
                collect();
            }
            check_readers();
        }
        readers_.clear();
        drafts_.clear();
        engine_->gc({});
        check_exact();
    }

    const StoreFolder& folder() const { return folder_; }

private:
    struct Reader {
        std::shared_ptr<const OpenVersion> version;
        Contents contents;
    };
    struct Draft {
        std::unique_ptr<DraftStaging> storage;
        std::vector<Entry> entries;
        Contents contents;
    };

    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

    /// Draws from few different bytes, so that objects are shared, deleted and added again.
    Contents draw_contents() {
        Contents contents;
        for (int i = 0; i <= pick(5); ++i) {
            contents["f" + std::to_string(pick(8))] = "bytes " + std::to_string(pick(30));
        }
        return contents;
    }

    /// Begins a draft, or commits one that was begun before.
    void commit() {
        if (drafts_.size() < 3 && pick(2) == 0) {
            Draft draft{engine_->new_draft(nullptr), {}, draw_contents()};
            for (const auto& [path, bytes] : draft.contents) {
                draft.entries.push_back(put_entry(*draft.storage, path, bytes));
            }
            drafts_.push_back(std::move(draft));
            return;
        }
        if (drafts_.empty()) {
            return;
        }
        const std::string name = "n" + std::to_string(pick(4));
        Draft draft = std::move(drafts_.back());
        drafts_.pop_back();
        const auto version = engine_->commit(*draft.storage, request_of(name, draft.entries), {});
        live_[name + ":v" + std::to_string(version->record().number)] = draft.contents;
    }

    void remove() {
        if (!live_.empty()) {
            const auto victim = std::next(live_.begin(), pick(static_cast<int>(live_.size())));
            engine_->remove(victim->first, false);
            live_.erase(victim);
        }
    }

    void open() {
        if (!live_.empty() && readers_.size() < 4) {
            const auto item = std::next(live_.begin(), pick(static_cast<int>(live_.size())));
            readers_.push_back({engine_->open_version(item->first), item->second});
        }
    }

    void close() {
        if (!readers_.empty()) {
            readers_.erase(readers_.begin() + pick(static_cast<int>(readers_.size())));
        }
    }

    void collect() {
        engine_->gc({});
        for (const auto& item : live_) {
            CAPTURE(item.first);
            CHECK(read_all(*engine_, *engine_->open_version(item.first)) == item.second);
        }
    }

    /// Checks that all open versions stay readable, removed or not.
    void check_readers() {
        for (const Reader& reader : readers_) {
            CHECK(read_all(*engine_, *reader.version) == reader.contents);
        }
    }

    /// Checks that the store has exactly the live objects. There must be no reader.
    void check_exact() {
        std::set<std::string> bytes;
        for (const auto& [reference, contents] : live_) {
            for (const auto& [path, content] : contents) {
                bytes.insert(content);
            }
        }
        for (int i = 0; i < 30; ++i) {
            const std::string content = "bytes " + std::to_string(i);
            CAPTURE(content);
            CHECK(has_object(folder_, content) == bytes.contains(content));
        }
        CHECK(engine_->stats().objects == bytes.size());
    }

    StoreFolder folder_;
    std::mt19937 random_;
    std::shared_ptr<Engine> engine_;
    std::map<std::string, Contents> live_; ///< by reference
    std::vector<Reader> readers_;
    std::vector<Draft> drafts_;
};

} // namespace

TEST_CASE("gc keeps live objects and deletes all others, in random histories") {
    for (const std::uint32_t seed : {1U, 2U, 3U, 4U}) {
        CAPTURE(seed);
        GcModel model(seed);
        model.play(150);
        check_sound(model.folder());
    }
}

} // namespace vitrine::test
