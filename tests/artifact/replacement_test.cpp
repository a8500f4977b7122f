// SPDX-License-Identifier: MIT
// What a checkout may replace: nothing that the store cannot give back.
#include <vitrine/artifact/artifact.hpp>

#include "artifact/checkout/given_back.hpp"
#include "artifact/checkout/seen_files.hpp"
#include "artifact/store_fixture.hpp"
#include "engine/engine.hpp"
#include "engine/store/stat_key.hpp"
#include "support/check_throws.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace vitrine;
using test::check_throws;
using test::read_text;
using test::write_text;

/// The bytes of a file of the version that is checked out, of an older one, of another name, and of
/// a version that was removed.
constexpr const char* kNew = "new";
constexpr const char* kOld = "older";
constexpr const char* kElsewhere = "of another name";
constexpr const char* kGone = "of a version that is gone";
constexpr const char* kEdit = "hours of work";

/// A store with these; the newest version has a file "x" and a file "f/y".
struct Versions {
    test::StoreFixture fixture;
    Artifact newest = make();

    Artifact make() {
        commit("cards", {{"x", kGone}});
        commit("cards", {{"x", kOld}, {"extra", kOld}, {"f/extra", kOld}});
        commit("others", {{"z", kElsewhere}});
        Artifact artifact = commit("cards", {{"x", kNew}, {"f/y", kNew}});
        fixture.store.remove("cards:v0");
        return artifact;
    }
    Artifact commit(const std::string& name,
                    const std::vector<std::pair<std::string, std::string>>& files) const {
        auto draft = fixture.draft(name);
        for (const auto& [path, text] : files) {
            draft.add_bytes(text, path);
        }
        return fixture.commit(std::move(draft));
    }
};

void make_socket(const fs::path& path) {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(socket);
}

enum class Fate { Unchanged, Replaced, Left };

/// One row of the table: what lies at the place, and what becomes of it.
struct Row {
    const char* what;
    std::function<void(const fs::path& place)> lay;
    Fate fate;
    Fate forced;
    /// What is named if it is forced, below the place.
    std::vector<std::string> overwritten = {};
};

std::vector<Row> rows_of_any_place() {
    using enum Fate;
    const auto file = [](const char* text) {
        return [text](const fs::path& place) { write_text(place, text); };
    };
    return {
        {"a file of an older version", file(kOld), Replaced, Replaced},
        {"a read-only file of an older version",
         [](const fs::path& place) {
             write_text(place, kOld);
             fs::permissions(place, fs::perms::owner_read);
         },
         Replaced, Replaced},
        {"a file of another name", file(kElsewhere), Replaced, Replaced},
        {"a file of a version that only waits for gc", file(kGone), Left, Replaced, {""}},
        {"a file of no version", file(kEdit), Left, Replaced, {""}},
        {"an empty file", file(""), Left, Replaced, {""}},
        {"a file that must not be read",
         [](const fs::path& place) {
             write_text(place, kEdit);
             fs::permissions(place, fs::perms::none);
         },
         Left,
         Replaced,
         {""}},
        {"a link to a file of an older version",
         [](const fs::path& place) {
             write_text("aside/target", kOld);
             fs::create_symlink(fs::absolute("aside/target"), place);
         },
         Left,
         Replaced,
         {""}},
        {"a link to a folder",
         [](const fs::path& place) {
             write_text("aside/target", kOld);
             fs::create_symlink(fs::absolute("aside"), place);
         },
         Left,
         Replaced,
         {""}},
        {"a link to nothing",
         [](const fs::path& place) { fs::create_symlink("nowhere", place); },
         Left,
         Replaced,
         {""}},
        {"a FIFO",
         [](const fs::path& place) { REQUIRE(::mkfifo(place.c_str(), 0666) == 0); },
         Left,
         Replaced,
         {""}},
        {"a socket", make_socket, Left, Replaced, {""}},
    };
}

std::vector<Row> rows_of_a_file() {
    using enum Fate;
    std::vector<Row> rows = rows_of_any_place();
    rows.push_back({"the right file", [](const fs::path& place) { write_text(place, kNew); },
                    Unchanged, Unchanged});
    rows.push_back({"a link to a file with the right bytes",
                    [](const fs::path& place) {
                        write_text("aside/target", kNew);
                        fs::create_symlink(fs::absolute("aside/target"), place);
                    },
                    Unchanged, Unchanged});
    rows.push_back({"an empty folder",
                    [](const fs::path& place) { fs::create_directories(place / "a/b"); }, Replaced,
                    Replaced});
    rows.push_back({"a folder of files of versions",
                    [](const fs::path& place) {
                        write_text(place / "a/1", kOld);
                        write_text(place / "2", kElsewhere);
                    },
                    Replaced, Replaced});
    rows.push_back({"a folder with a file of no version",
                    [](const fs::path& place) {
                        write_text(place / "a/1", kOld);
                        write_text(place / "a/mine", kEdit);
                        fs::create_symlink("1", place / "a/link");
                    },
                    Left,
                    Replaced,
                    {"a/link", "a/mine"}});
    rows.push_back({"a folder with a store in it",
                    [](const fs::path& place) {
                        fs::create_directories(place / "a");
                        Store::create(place / "a/store", test::StoreFixture::options());
                    },
                    Left, Left});
    return rows;
}

/// Checks one row at the place "x" of a file, or "f" of a folder.
void check_row(const Row& row, const std::string& name, const std::string& file,
               Conflict conflict) {
    const Versions versions;
    fs::create_directory("out");
    const fs::path place = fs::path("out") / name;
    row.lay(place);
    struct ::stat before = {};
    REQUIRE(::lstat(place.c_str(), &before) == 0);

    const Fate fate = conflict == Conflict::keep ? row.fate : row.forced;
    const CheckoutReport report = versions.newest.checkout("out", {.conflict = conflict});
    struct ::stat after = {};
    REQUIRE(::lstat(place.c_str(), &after) == 0);
    CHECK((after.st_ino == before.st_ino) == (fate != Fate::Replaced));
    CHECK(report.replaced == (fate == Fate::Replaced ? 1 : 0));
    CHECK(report.unchanged == (fate == Fate::Unchanged ? 1 : 0));
    CHECK(report.is_complete() == (fate != Fate::Left));
    if (fate == Fate::Left) {
        REQUIRE(report.conflicts.size() == 1);
        CHECK(report.conflicts[0].path == name);
        CHECK(report.files == 1);
    } else {
        CHECK(report.conflicts.empty());
        CHECK(report.files == 2);
        CHECK(read_text(fs::path("out") / file) == kNew);
    }
    std::vector<std::string> overwritten;
    if (conflict == Conflict::replace) {
        for (const std::string& path : row.overwritten) {
            overwritten.push_back(path.empty() ? name : name + "/" + path);
        }
    }
    CHECK(report.overwritten == overwritten);
    // No link was followed, and nothing of the checkout is left.
    if (fs::exists("aside/target")) {
        CHECK(read_text("aside/target").size() > 0);
    }
    for (const auto& item : fs::directory_iterator("out")) {
        CHECK_FALSE(item.path().filename().native().starts_with(".vitrine-"));
    }
}

TEST_CASE("what lies where a file goes is replaced only if it can be given back, or by force") {
    for (const Row& row : rows_of_a_file()) {
        CAPTURE(row.what);
        check_row(row, "x", "x", Conflict::keep);
        check_row(row, "x", "x", Conflict::replace);
    }
}

TEST_CASE("what lies where a folder goes is replaced only if it can be given back, or by force") {
    for (const Row& row : rows_of_any_place()) {
        CAPTURE(row.what);
        check_row(row, "f", "f/y", Conflict::keep);
        check_row(row, "f", "f/y", Conflict::replace);
    }
}

TEST_CASE("content of no store gives nothing back") {
    const Versions versions;
    write_text("w/x", kNew);
    write_text("out/x", kOld);
    const Artifact plain = Artifact::open_directory("w");
    CHECK(plain.checkout("out").conflicts.size() == 1);
    CHECK(read_text("out/x") == kOld);
    CHECK(plain.checkout("out", {.conflict = Conflict::replace}).overwritten ==
          std::vector<std::string>{"x"});
}

TEST_CASE("a damaged or missing object gives nothing back") {
    const Versions versions;
    StoreOptions options = test::StoreFixture::options();
    options.pack_limit = 0;
    const Store loose = Store::create("loose", options);
    std::vector<Artifact> made;
    for (const char* text : {kOld, kNew}) {
        auto draft = loose.new_artifact("cards", "dataset");
        draft.add_bytes(text, "x");
        made.push_back(loose.commit(std::move(draft)));
    }
    made[0].checkout("out");
    for (const auto& item : fs::recursive_directory_iterator("loose/objects/loose")) {
        if (item.is_regular_file() && read_text(item.path()) == kOld) {
            fs::remove(item.path());
            break;
        }
    }
    CHECK(made[1].checkout("out").conflicts.size() == 1);
    CHECK(read_text("out/x") == kOld);
}

TEST_CASE("what another version left is named, and removed by a mirror") {
    const Versions versions;
    const Artifact older = versions.fixture.store.artifact("cards:v1");
    older.checkout("out");
    write_text("out/mine", kEdit);
    CheckoutReport report = versions.newest.checkout("out");
    CHECK(report.is_complete());
    CHECK(report.left_behind == std::vector<std::string>{"extra", "f/extra"});
    CHECK(fs::exists("out/extra"));

    write_text("out/extra", kEdit);
    report = versions.newest.checkout("out", {.mirror = true});
    CHECK(report.removed == 1);
    CHECK(report.left_behind.empty());
    REQUIRE(report.conflicts.size() == 1);
    CHECK(report.conflicts[0].path == "extra");
    CHECK_FALSE(fs::exists("out/f/extra"));
    CHECK(read_text("out/extra") == kEdit);

    report = versions.newest.checkout("out", {.conflict = Conflict::replace, .mirror = true});
    CHECK(report.overwritten == std::vector<std::string>{"extra"});
    CHECK_FALSE(fs::exists("out/extra"));
    CHECK(read_text("out/mine") == kEdit); // no version has it

    // A folder that is empty then goes too.
    report = older.checkout("out", {.mirror = true});
    CHECK(report.removed == 1);
    CHECK_FALSE(fs::exists("out/f/y"));
    versions.commit("cards", {{"x", kNew}});
    versions.fixture.store.artifact("cards").checkout("out", {.mirror = true});
    CHECK_FALSE(fs::exists("out/f"));
}

TEST_CASE("the manifest of a self-contained folder gives way to that of another version alone") {
    const Versions versions;
    const Artifact older = versions.fixture.store.artifact("cards:v1");
    older.checkout("out", {.self_contained = true});
    CHECK(versions.newest.checkout("out", {.self_contained = true}).is_complete());
    CHECK(Artifact::open_directory("out").digest() == versions.newest.digest());
    const std::string edited = read_text("out/wandb_manifest.json") + "\n";
    write_text("out/wandb_manifest.json", edited);
    const CheckoutReport report = older.checkout("out", {.self_contained = true});
    REQUIRE(report.conflicts.size() == 1);
    CHECK(report.conflicts[0].path == "wandb_manifest.json");
    CHECK(read_text("out/wandb_manifest.json") == edited);
}

TEST_CASE("a file that a checkout found right is known by its state from then on") {
    const Versions versions;
    const auto set_old = [](const fs::path& path) { // so that the state is settled
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
    };
    versions.newest.checkout("out");
    set_old("out/x");
    struct ::stat status = {};
    const auto is_known = [&] {
        REQUIRE(::stat("out/x", &status) == 0);
        const GivenBack given_back(Engine::open("s", {})->open_version("cards"));
        const StatKey key = stat_key(status);
        return given_back.known_digests(std::span(&key, 1))[0] == sha256_of(std::string_view(kNew));
    };
    CHECK_FALSE(is_known());
    // The change of the time is too young itself: wait for the clock of file times to move on.
    REQUIRE(::stat("out/x", &status) == 0);
    while (!is_settled(stat_key(status), clock_now_ns())) {
        std::this_thread::yield();
    }
    CHECK(versions.newest.checkout("out").unchanged == 2);
    CHECK(is_known());
    // Such a file is judged without being read, and only in that state.
    CHECK(versions.newest.checkout("out").unchanged == 2);
    write_text("out/x", "wen");
    CHECK(versions.newest.checkout("out").conflicts.size() == 1);
}

TEST_CASE("a file that a checkout wrote is known by its state, if that is settled") {
    const Versions versions;
    const auto version = Engine::open("s", {})->open_version("cards");
    const Entry entry = *versions.newest.manifest().find("x");
    struct ::stat status = {};
    write_text("young", kNew);
    REQUIRE(::stat("young", &status) == 0);
    struct ::stat settled = status;
    settled.st_mtim.tv_sec -= 3600;
    settled.st_ctim.tv_sec -= 3600;
    struct ::stat future = status;
    future.st_ctim.tv_sec += 3600;
    future.st_ino += 1;
    SeenFiles seen(version);
    seen.add_written(entry, settled);
    seen.add_written(entry, future);
    seen.settle();
    seen.enter();
    const StatKey keys[] = {stat_key(settled), stat_key(future)};
    const auto known = GivenBack(version).known_digests(keys);
    CHECK(known[0] == entry.object);
    CHECK_FALSE(known[1]);
    SeenFiles(nullptr).enter(); // content of no store
}

TEST_CASE("a checkout into a store is refused, wherever in it, and one around it is not") {
    const Versions versions;
    for (const char* place : {"s", "s/objects", "s/new/deep", "link", "link/new"}) {
        CAPTURE(place);
        fs::remove("link");
        fs::create_directory_symlink("s", "link");
        check_throws([&] { versions.newest.checkout(place); }, ErrorCode::InvalidArgument,
                     "is in the store");
        check_throws([&] { versions.newest.get_path("x").download(place); },
                     ErrorCode::InvalidArgument);
    }
    CHECK_FALSE(fs::exists("s/new"));
    CHECK(versions.newest.checkout(".").is_complete());
    // Nor is a store entered that lies where a folder of the version goes.
    const Artifact inside =
        versions.commit("inside", {{"s/vitrine.json", "{}"}, {"s/deep/x", "1"}});
    const CheckoutReport report = inside.checkout(".", {.conflict = Conflict::replace});
    REQUIRE(report.conflicts.size() == 1);
    CHECK(report.conflicts[0] == CheckoutConflict{"s", "the folder of a store"});
    CHECK_FALSE(fs::exists("s/deep"));
}

TEST_CASE("a name that the file system refuses leaves out that entry alone") {
    const Versions versions;
    const std::string name(300, 'n');
    const Artifact artifact = versions.commit(
        "long",
        {{"a", "1"}, {name, "2"}, {name + "/below", "3"}, {"z/" + name, "4"}, {"z/b", "5"}});
    for (int turn = 0; turn < 2; ++turn) {
        const CheckoutReport report = artifact.checkout("out");
        CHECK(report.files == 2);
        CHECK(report.skipped.size() >= 2);
        CHECK(report.conflicts.empty());
        CHECK(read_text("out/a") == "1");
        CHECK(read_text("out/z/b") == "5");
    }
    check_throws([&] { artifact.get_path(name).download("one"); }, ErrorCode::Unsupported,
                 "cannot have a file of that name");
}

} // namespace
