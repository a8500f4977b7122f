// SPDX-License-Identifier: MIT
// One bit flips in a record, a head, vitrine.json, the catalogue or its WAL: it is found or
// harmless, it never gives other bytes, gc does not make it worse, and repair keeps every version.
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/repair_fixture.hpp"
#include "engine/sample_work.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace vitrine::test {

namespace fs = std::filesystem;

namespace {

/// All that a user sees of a store.
struct Seen {
    std::map<std::string, Contents> versions;
    std::map<std::string, std::string> facts;
    bool operator==(const Seen&) const = default;
};

Seen seen_in(const fs::path& root) {
    const auto engine = Engine::open(root, {});
    Seen seen{versions_of(*engine), {}};
    for (const auto& [name, contents] : seen.versions) {
        const VersionInfo info = engine->info(name);
        std::string text = concat(info.id, ' ', info.digest, ' ', info.description, ' ',
                                  render_json(engine->open_version(name)->record().metadata));
        for (const std::string& alias : info.aliases) {
            text += ' ' + alias;
        }
        seen.facts.emplace(name, std::move(text));
    }
    return seen;
}

void flip(const fs::path& path, std::uint64_t bit) {
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(bit / 8));
    const auto byte = static_cast<char>(file.get() ^ (1 << (bit % 8)));
    file.seekp(static_cast<std::streamoff>(bit / 8));
    file.put(byte);
    REQUIRE(file.good());
}

template <class Action>
bool fails(const Action& action) {
    try {
        action();
        return false;
    } catch (const Error&) {
        return true;
    }
}

/// Whether opening the store or verify finds the damage.
bool is_found(const fs::path& root) {
    bool ok = true;
    return fails([&] { ok = Engine::open(root, {})->verify({}).ok(); }) || !ok;
}

/// What is read from a damaged store has the right bytes, or is not read at all.
void check_bytes(const fs::path& root, const Seen& expected) {
    try {
        for (const auto& [name, contents] : versions_of(*Engine::open(root, {}))) {
            const auto known = expected.versions.find(name);
            REQUIRE(known != expected.versions.end());
            for (const auto& [path, bytes] : contents) {
                const auto entry = known->second.find(path);
                CHECK(
                    (bytes == "LOST" || (entry != known->second.end() && entry->second == bytes)));
            }
        }
    } catch (const Error&) {
        return;
    }
}

struct Sweep {
    std::uint64_t flips = 0;
    std::uint64_t found = 0;
};

/// Flips bits of a file of copies of the store, `stride` bits apart.
Sweep sweep(const fs::path& store, const std::string& file, std::uint64_t stride) {
    const Seen expected = [&] {
        const StoreCopy copy(store);
        return seen_in(copy.root());
    }();
    Sweep result;
    const std::uint64_t bits = fs::file_size(store / file) * 8;
    for (std::uint64_t bit = stride / 2; bit < bits; bit += stride) {
        CAPTURE(file);
        CAPTURE(bit);
        const StoreCopy copy(store);
        const fs::path root = copy.root();
        flip(root / file, bit);
        const bool found = is_found(root);
        ++result.flips;
        result.found += found ? 1 : 0;
        check_bytes(root, expected);
        const bool stopped = fails([&] { Engine::open(root, {})->gc({}); });
        if (!found) {
            CHECK_FALSE(stopped);
            CHECK(seen_in(root) == expected);
        }
        const RepairReport report = Engine::repair(root, {}, {});
        CHECK(report.damages.empty());
        CHECK(seen_in(root) == expected);
        CHECK_FALSE(is_found(root));
    }
    return result;
}

} // namespace

TEST_CASE("a flipped bit in a record, a head or vitrine.json is found or harmless") {
    const StoreFolder folder;
    fill(folder);
    for (const char* file : {"records/artifacts/x/1.json", "records/artifacts/x/head.json",
                             "records/runs/r1.json", "vitrine.json"}) {
        const Sweep result = sweep(folder.root(), file, 181);
        CHECK(result.flips > 5);
        // Only white space at the end and the name of the digest's member say nothing.
        CHECK(result.found * 10 >= result.flips * 8);
    }
}

TEST_CASE("a flipped bit in a manifest costs no version that is proved") {
    const StoreFolder folder;
    fill(folder);
    const std::string manifest =
        manifest_file(folder, "x:v1").lexically_relative(folder.root()).native();
    const Sweep result = sweep(folder.root(), manifest, 149);
    CHECK(result.found == result.flips);
}

TEST_CASE("a flipped bit in the catalogue is found or harmless") {
    const StoreFolder folder;
    fill(folder);
    const Sweep result = sweep(folder.root(), "catalog.sqlite", 19997);
    CHECK(result.flips > 20);
    MESSAGE("flips: ", result.flips, ", found: ", result.found);
}

TEST_CASE("a flipped bit in the catalogue's WAL is found or harmless") {
    const StoreFolder folder;
    fill(folder);
    const fs::path copy = folder.outside() / "copy";
    {
        const auto engine = folder.open(); // as long as it is open, the WAL stays
        commit_files(*engine, "x", {{"late", "1"}});
        engine->set_aliases("x:v0", {"first"}, {});
        fs::copy(folder.root(), copy, fs::copy_options::recursive);
    }
    fs::remove(copy / "catalog.sqlite-shm");
    const Sweep result = sweep(copy, "catalog.sqlite-wal", 14983);
    CHECK(result.flips > 20);
    CHECK(result.found > 0);
    MESSAGE("flips: ", result.flips, ", found: ", result.found);
}

} // namespace vitrine::test
