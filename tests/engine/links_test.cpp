// SPDX-License-Identifier: MIT
// A store may come from anyone. No link in it leads any operation to files outside.
#include <vitrine/core/error.hpp>

#include "engine/engine_fixture.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

/// A store with loose and packed objects and, beside it, a folder of the user that looks like any
/// folder of a store.
class HostileStore {
public:
    HostileStore() {
        const auto engine = store_.open();
        commit_files(*engine, "x", {{"large", std::string(100000, 'x')}, {"small", "y"}});
        commit_files(*engine, "x", {{"large", std::string(100000, 'z')}, {"small", "y"}});
        engine->remove("x:v0", false);
        fs::create_directories(outside() / "docs" / "deep");
        for (const char* name : {"thesis", "docs/letter", "docs/deep/0.json", "docs/x.manifest",
                                 "docs/.0.tmp", "docs/head.json"}) {
            std::ofstream(outside() / name) << name;
        }
        for (const char digit : {'a', '0'}) {
            const std::string digest(64, digit);
            std::ofstream(outside() / "docs" / digest) << digit;
            std::ofstream(outside() / "docs" / (digest + ".pack")) << digit;
            std::ofstream(outside() / "docs" / (digest + ".manifest")) << digit;
        }
        files_ = contents_of(outside());
    }

    fs::path root() const { return store_.root(); }
    fs::path outside() const { return store_.outside() / "home"; }

    /// Replaces a file or folder of the store by a link to `target` below the user's folder.
    void replace(const std::string& name, const std::string& target) const {
        fs::remove_all(root() / name);
        fs::create_directories((root() / name).parent_path());
        fs::create_symlink(outside() / target, root() / name);
    }

    void check_outside_is_whole() const { CHECK(contents_of(outside()) == files_); }

private:
    static Contents contents_of(const fs::path& folder) {
        Contents contents;
        for (const auto& item : fs::recursive_directory_iterator(folder)) {
            contents[item.path().native()] =
                item.is_regular_file() ? read_file(item.path()) : std::string("/");
        }
        return contents;
    }

    StoreFolder store_;
    Contents files_;
};

/// Does all that changes a store. Errors are part of it: what counts is what is left outside.
void work_on(const fs::path& root) {
    const auto attempt = [](const std::function<void()>& work) {
        try {
            work();
        } catch (const Error& error) {
            CHECK(std::string(error.what()) != "");
        }
    };
    attempt([&] {
        const auto engine = Engine::open(root, impatient());
        attempt([&] { engine->gc({}); });
        attempt([&] { commit_files(*engine, "y", {{"large", std::string(200000, 'q')}}); });
        attempt([&] { engine->verify({}); });
        attempt([&] { engine->remove("x:*", false); });
        attempt([&] { engine->gc({}); });
    });
    attempt([&] { Engine::repair(root, {}, impatient()); });
    attempt([&] { Engine::open(root, impatient())->gc({}); });
}

} // namespace

TEST_CASE("a store in which a link stands for one of its parts is refused with words") {
    struct Case {
        const char* name;
        const char* target;
    };
    const std::vector<Case> cases = {
        {"staging", ""},
        {"leases", "docs"},
        {"records", "docs"},
        {"records/artifacts", "docs"},
        {"records/runs", "docs/deep"},
        {"objects", ""},
        {"objects/loose", ""},
        {"objects/packs", "docs"},
        {"artifacts", ""},
        {"lost", "docs"},
        {"write.lock", "thesis"},
        {"gc.lock", "thesis"},
        {"catalog.sqlite-wal", "thesis"},
        {"catalog.sqlite-shm", "thesis"},
        {"catalog.sqlite.new", "thesis"},
        {"catalog.sqlite.old", "thesis"},
    };
    for (const Case& item : cases) {
        CAPTURE(item.name);
        const HostileStore store;
        store.replace(item.name, item.target);
        const std::string message = "'" + std::string(item.name) + "' is a link, and none is";
        check_throws([&] { Engine::open(store.root(), impatient()); }, ErrorCode::NotAStore,
                     message);
        check_throws([&] { Engine::repair(store.root(), {}, impatient()); }, ErrorCode::NotAStore,
                     message);
        work_on(store.root());
        store.check_outside_is_whole();
    }
}

TEST_CASE("the settings and the catalogue are no links, even to good ones") {
    for (const char* name : {"vitrine.json", "catalog.sqlite"}) {
        CAPTURE(name);
        const HostileStore store;
        fs::rename(store.root() / name, store.root().parent_path() / name);
        fs::create_symlink(store.root().parent_path() / name, store.root() / name);
        check_throws([&] { Engine::open(store.root(), impatient()); }, ErrorCode::NotAStore,
                     "is a link");
    }
}

TEST_CASE("a part of a store that is no folder, or no file, is refused") {
    struct Case {
        const char* name;
        bool fifo;
        const char* message;
    };
    const std::vector<Case> cases = {
        {"staging", true, "expected 'staging' to be a folder"},
        {"leases", true, "expected 'leases' to be a folder"},
        {"gc.lock", true, "expected 'gc.lock' to be a file"},
        {"vitrine.json", true, "expected 'vitrine.json' to be a file"},
        {"write.lock", false, "expected 'write.lock' to be a file"},
    };
    for (const Case& item : cases) {
        CAPTURE(item.name);
        const HostileStore store;
        fs::remove_all(store.root() / item.name);
        if (item.fifo) {
            REQUIRE(::mkfifo((store.root() / item.name).c_str(), 0600) == 0);
        } else {
            fs::create_directories(store.root() / item.name);
        }
        check_throws([&] { Engine::open(store.root(), impatient()); }, ErrorCode::NotAStore,
                     item.message);
    }
}

TEST_CASE("links deep in a store lead no operation out of it") {
    const std::string digest(64, 'a');
    const std::string lease(32, '5');
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"staging/" + lease, ""},
        {"staging/" + lease + "/" + lease, ""},
        {"staging/" + lease + "/" + lease + "/0", "docs"},
        {"leases/" + lease, "thesis"},
        {"leases/." + lease, "docs"},
        {"objects/loose/aa", "docs"},
        {"objects/loose/aa/" + digest, "thesis"},
        {"objects/packs/" + digest + ".pack", "thesis"},
        {"artifacts/" + digest, "docs"},
        {"artifacts/" + digest + "/" + digest + ".manifest", "thesis"},
        {"records/artifacts/x", "docs"},
        {"records/artifacts/y", "docs/deep"},
        {"records/artifacts/x/head.json", "thesis"},
        {"records/artifacts/x/.0.tmp", "thesis"},
        {"records/runs/r.json", "thesis"},
        {".0.tmp", "docs"},
        {"lost/records", "docs"},
        {"lost/objects", ""},
    };
    for (const auto& item : cases) {
        const std::string& name = item.first;
        CAPTURE(name);
        const HostileStore store;
        store.replace(name, item.second);
        work_on(store.root());
        store.check_outside_is_whole();
    }
}

TEST_CASE("gc skips what is no lease, and waits for no FIFO") {
    const StoreFolder folder;
    const auto engine = folder.open();
    commit_files(*engine, "x", {{"a", "1"}});
    REQUIRE(::mkfifo((folder.root() / "leases" / "fifo").c_str(), 0600) == 0);
    fs::create_directories(folder.root() / "leases" / "folder" / "deep");
    CHECK(engine->gc({}).readers == 0);
    CHECK(fs::exists(folder.root() / "leases" / "folder" / "deep"));
}

TEST_CASE("a damaged store whose object is a link or a FIFO is reported, and not read through it") {
    for (const bool fifo : {false, true}) {
        CAPTURE(fifo);
        const StoreFolder folder;
        const std::string bytes(100000, 'x');
        commit_files(*folder.open(), "x", {{"large", bytes}});
        const std::string digest = sha256_of(bytes).hex();
        const fs::path object = folder.root() / "objects" / "loose" / digest.substr(0, 2) / digest;
        fs::rename(object, folder.outside() / "object");
        if (fifo) {
            REQUIRE(::mkfifo(object.c_str(), 0600) == 0);
        } else {
            fs::create_symlink(folder.outside() / "object", object);
        }
        const VerifyReport report = folder.open()->verify({});
        REQUIRE(report.damages.size() == 1);
        CHECK(report.damages[0].problem.find(fifo ? "expected a file" : "is a link") !=
              std::string::npos);
    }
}

TEST_CASE("a store may be opened through a link to its folder") {
    const StoreFolder folder;
    commit_files(*folder.open(), "x", {{"a", "1"}});
    const fs::path link = folder.outside() / "link";
    fs::create_directory_symlink(folder.root(), link);
    const auto engine = Engine::open(link, {});
    CHECK(engine->root() == fs::canonical(folder.root()));
    commit_files(*engine, "x", {{"a", "2"}});
    CHECK(engine->gc({}).readers == 0);
    CHECK(engine->verify({}).damages.empty());
    CHECK(Engine::open(link / ".", {})->root() == engine->root());
}

} // namespace vitrine::test
