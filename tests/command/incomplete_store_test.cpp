// SPDX-License-Identifier: MIT
// Stores that were copied without what is empty, and stores on disks that cannot be written.
#include "command/fixture.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>
#include <sys/mount.h>

#include <functional>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

void remove_empty_folders(const fs::path& store) {
    // Twice, since a folder may hold nothing but empty ones.
    for (int round = 0; round < 2; ++round) {
        std::vector<fs::path> folders;
        for (const auto& item : fs::recursive_directory_iterator(store)) {
            if (item.is_directory() && fs::is_empty(item.path())) {
                folders.push_back(item.path());
            }
        }
        for (const fs::path& folder : folders) {
            fs::remove(folder);
        }
    }
}

void remove_locks(const fs::path& store) {
    CHECK(fs::remove(store / "write.lock"));
    CHECK(fs::remove(store / "gc.lock"));
}

} // namespace

TEST_CASE("a copy of a store without what was empty is read, completed and written") {
    struct Case {
        const char* what;
        std::function<void(const fs::path&)> strip;
    };
    const std::vector<Case> cases = {
        {"no empty folder, as in git and in zip files", remove_empty_folders},
        {"no lock files", remove_locks},
        {"no shared memory",
         [](const fs::path& store) {
             fs::remove(store / "catalog.sqlite-shm");
             fs::remove(store / "catalog.sqlite-wal");
         }},
        {"none of them",
         [](const fs::path& store) {
             remove_locks(store);
             remove_empty_folders(store);
         }},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        for (const std::vector<std::string>& first :
             std::vector<std::vector<std::string>>{{"verify"},
                                                   {"list"},
                                                   {"cat", "notes", "a.txt"},
                                                   {"checkout", "notes", "out"},
                                                   {"gc"},
                                                   {"add", "notes", "b.txt"}}) {
            CAPTURE(first[0]);
            const Workplace place;
            place.write("a.txt", "a");
            place.write("b.txt", "b");
            place.ok({"add", "notes", "a.txt"});
            c.strip(place.store());
            CHECK(place.ok(first).err.empty());
            place.ok({"add", "more", "b.txt"});
            CHECK(place.ok({"cat", "more", "b.txt"}).out == "b");
            place.ok({"verify"});
        }
    }
}

TEST_CASE("every verb that reads works on a disk that cannot be written") {
    const Workplace place;
    place.write("a.txt", "a");
    place.ok({"add", "notes", "a.txt"});
    const fs::path disk = place.path() / "disk";
    fs::create_directories(disk);
    if (::mount(place.store().c_str(), disk.c_str(), nullptr, MS_BIND, nullptr) != 0) {
        skip("a folder cannot be mounted read-only here");
        return;
    }
    CHECK(::mount(nullptr, disk.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0);
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{"verify"},
                                               {"verify", "notes"},
                                               {"list"},
                                               {"log", "notes"},
                                               {"ls", "notes"},
                                               {"show", "notes"},
                                               {"cat", "notes", "a.txt"},
                                               {"diff", "notes", "notes"},
                                               {"stats"},
                                               {"gc", "--dry-run"},
                                               {"rm", "notes:v0", "--dry-run"},
                                               {"checkout", "notes", "out"}}) {
        CAPTURE(arguments[0]);
        std::vector<std::string> with_store = {"--store", disk.string()};
        with_store.insert(with_store.end(), arguments.begin(), arguments.end());
        const CommandResult result = place.run(with_store);
        CAPTURE(result.err);
        CHECK(result.exit_code == 0);
    }
    const CommandResult refused = place.run({"--store", disk.string(), "add", "notes", "a.txt"});
    CHECK(refused.exit_code == 1);
    CHECK(holds(refused.err, disk.string()));
    CHECK(::umount(disk.c_str()) == 0);
}
