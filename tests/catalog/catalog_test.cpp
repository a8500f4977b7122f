// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "catalog/catalog.hpp"
#include "catalog/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

using namespace vitrine;
using namespace vitrine::test;

namespace {

void check_equal(const VersionRow& actual, const VersionRow& expected) {
    CHECK(actual.name == expected.name);
    CHECK(actual.number == expected.number);
    CHECK(actual.type == expected.type);
    CHECK(actual.id == expected.id);
    CHECK(actual.content == expected.content);
    CHECK(actual.digest == expected.digest);
    CHECK(actual.dependencies == expected.dependencies);
    CHECK(render_json(actual.metadata, kOrderedJson) ==
          render_json(expected.metadata, kOrderedJson));
    CHECK(actual.description == expected.description);
    CHECK(actual.dialect == expected.dialect);
    CHECK(actual.created_at == expected.created_at);
    CHECK(actual.run == expected.run);
    CHECK(actual.base == expected.base);
}

} // namespace

TEST_CASE_FIXTURE(CatalogFixture, "objects are found by their digest and nothing else is") {
    const auto some = objects(10000);
    write([&] { catalog->objects.put_loose(some); });
    for (const auto& [sha256, size] : some) {
        const auto row = catalog->objects.find(sha256);
        REQUIRE(row);
        CHECK(row->sha256 == sha256);
        CHECK(row->size == size);
        CHECK(row->offset == 0);
        CHECK_FALSE(row->damaged);
        CHECK(row->file.kind == FileKind::loose);
        CHECK(row->file.name == sha256);
        CHECK(row->file.size == size);
        CHECK_FALSE(row->file.mark);
    }
    CHECK_FALSE(catalog->objects.find(sha256_of("something else")));
    CHECK_FALSE(catalog->objects.present(sha256_of("something else"), 1));
}

TEST_CASE_FIXTURE(CatalogFixture,
                  "objects of several packs are found, each in the last that holds it") {
    std::vector<PackRows> packs;
    for (std::uint64_t number = 0; number < 3; ++number) {
        PackRows pack{sha256_of("pack " + std::to_string(number)), 10'000 + number, {}};
        // Each pack has the last hundred objects of the one before it, too.
        for (std::uint64_t i = number * 400; i < number * 400 + 500; ++i) {
            pack.objects.push_back({sha256_of(std::to_string(i)), i, number + 10 * i});
        }
        packs.push_back(std::move(pack));
    }
    write([&] { catalog->objects.put_packs(packs); });
    for (std::uint64_t i = 0; i < 1300; ++i) {
        CAPTURE(i);
        const std::uint64_t number = std::min<std::uint64_t>(i / 400, 2);
        const auto row = catalog->objects.find(sha256_of(std::to_string(i)));
        REQUIRE(row);
        CHECK(row->file.kind == FileKind::pack);
        CHECK(row->file.name == packs[number].name);
        CHECK(row->file.size == packs[number].file_size);
        CHECK(row->size == i);
        CHECK(row->offset == number + 10 * i);
    }
    std::vector<Sha256> asked;
    for (const int i : {1299, 7, 1300, 400, 9999}) {
        asked.push_back(sha256_of(std::to_string(i)));
    }
    CHECK(catalog->objects.present(asked, 1) == std::vector<bool>{true, true, false, true, false});
}

TEST_CASE_FIXTURE(CatalogFixture, "walks meet every row once, also while the visitor changes it") {
    const auto some = objects(10000);
    write([&] { catalog->objects.put_loose(some); });
    std::vector<Sha256> met;
    catalog->objects.for_each([&](const ObjectRow& row) { met.push_back(row.sha256); });
    CHECK(met.size() == some.size());
    CHECK(std::is_sorted(met.begin(), met.end()));
    CHECK(std::adjacent_find(met.begin(), met.end()) == met.end());

    std::size_t files = 0;
    write([&] {
        catalog->files.for_each([&](const FileRow& row) {
            ++files;
            row.id % 2 == 0 ? catalog->files.remove(row.id) : catalog->files.set_mark(row.id, 3);
        });
    });
    CHECK(files == some.size());
    std::size_t left = 0;
    catalog->files.for_each([&](const FileRow& row) {
        ++left;
        CHECK(row.mark == 3);
    });
    CHECK(left == some.size() / 2);
    std::size_t objects_left = 0;
    catalog->objects.for_each([&](const ObjectRow&) { ++objects_left; });
    CHECK(objects_left == left);
}

TEST_CASE_FIXTURE(CatalogFixture, "an object is present for a draft as its mark and damage say") {
    const Sha256 sha256 = sha256_of("x");
    write([&] { catalog->objects.put_loose({{sha256, 1}}); });
    const auto file = catalog->objects.find(sha256)->file.id;
    struct Case {
        std::optional<std::uint64_t> mark;
        bool damaged;
        std::uint64_t epoch;
        bool present;
    };
    const Case cases[] = {
        {std::nullopt, false, 1, true},
        {std::nullopt, true, 1, false},
        {5, false, 4, true},
        {5, false, 5, false},
        {5, false, 6, false},
        {5, true, 4, false},
        {std::nullopt, false, 99, true},
    };
    for (const auto& test : cases) {
        CAPTURE(test.mark.value_or(0));
        CAPTURE(test.damaged);
        CAPTURE(test.epoch);
        write([&] {
            catalog->files.set_mark(file, test.mark);
            catalog->objects.set_damaged(sha256, test.damaged);
        });
        CHECK(catalog->objects.present(sha256, test.epoch) == test.present);
    }
    // Putting it again repairs it: the file is new, so neither mark nor damage stays.
    write([&] { catalog->objects.put_loose({{sha256, 1}}); });
    CHECK(catalog->objects.present(sha256, 99));
    CHECK(catalog->objects.find(sha256)->file.id == file);
}

TEST_CASE_FIXTURE(CatalogFixture, "clearing a mark tells whether there is such an object") {
    const Sha256 sha256 = sha256_of("x");
    write([&] {
        catalog->objects.put_loose({{sha256, 1}});
        catalog->files.set_mark(catalog->objects.find(sha256)->file.id, 2);
        CHECK(catalog->objects.clear_mark(sha256));
        CHECK_FALSE(catalog->objects.find(sha256)->file.mark);
        CHECK(catalog->objects.clear_mark(sha256));
        CHECK_FALSE(catalog->objects.clear_mark(sha256_of("y")));
    });
}

TEST_CASE_FIXTURE(CatalogFixture, "a manifest is present only with all of its segments") {
    const auto some = objects(3);
    const ManifestRow row = manifest("m", {some[2].first, some[0].first, some[1].first});
    write([&] {
        catalog->objects.put_loose(some);
        catalog->manifests.put(row);
    });
    const auto found = catalog->manifests.find(row.content);
    REQUIRE(found);
    CHECK(found->content == row.content);
    CHECK(found->file.kind == FileKind::manifest);
    CHECK(found->file.name == row.file.name);
    CHECK(found->file.size == row.file.size);
    CHECK(found->entries == row.entries);
    CHECK(found->logical_bytes == row.logical_bytes);
    CHECK(found->digest == row.digest);
    CHECK(found->segments == row.segments);
    CHECK(catalog->manifests.present(row.content, 1));
    CHECK_FALSE(catalog->manifests.present(sha256_of("other"), 1));

    SUBCASE("a marked segment") {
        write([&] { catalog->files.set_mark(catalog->objects.find(some[1].first)->file.id, 1); });
        CHECK_FALSE(catalog->manifests.present(row.content, 1));
        CHECK(catalog->manifests.present(row.content, 0));
    }
    SUBCASE("a removed segment") {
        write([&] { catalog->files.remove(catalog->objects.find(some[1].first)->file.id); });
        CHECK_FALSE(catalog->manifests.present(row.content, 1));
    }
    SUBCASE("a marked manifest") {
        write([&] { catalog->files.set_mark(found->file.id, 1); });
        CHECK_FALSE(catalog->manifests.present(row.content, 1));
        write([&] { catalog->manifests.put(row); });
        CHECK(catalog->manifests.present(row.content, 1));
    }
    SUBCASE("a damaged manifest, known by its file") {
        write([&] { catalog->objects.set_damaged(row.file.name, true); });
        CHECK_FALSE(catalog->manifests.present(row.content, 1));
        write([&] { catalog->manifests.put(row); });
        CHECK(catalog->manifests.present(row.content, 1));
    }
    SUBCASE("a manifest that is written with other segments has another file") {
        ManifestRow other = row;
        other.file.name = sha256_of("another file");
        other.segments = {some[0].first};
        write([&] { catalog->manifests.put(other); });
        CHECK(catalog->manifests.find(row.content)->segments == other.segments);
        // Its old file is no longer anything's, and its row goes without taking the manifest.
        write([&] { catalog->files.remove(found->file.id); });
        CHECK(catalog->manifests.present(row.content, 1));
        write([&] { catalog->files.remove(catalog->manifests.find(row.content)->file.id); });
        CHECK_FALSE(catalog->manifests.find(row.content));
    }
    SUBCASE("walked") {
        write([&] { catalog->manifests.put(manifest("n", {})); });
        std::vector<Sha256> contents;
        catalog->manifests.for_each([&](const ManifestRow& each) {
            contents.push_back(each.content);
            CHECK(each.segments.size() == (each.content == row.content ? 3 : 0));
        });
        CHECK(contents.size() == 2);
    }
}

TEST_CASE_FIXTURE(CatalogFixture, "ids of files are not used again") {
    std::int64_t first = 0;
    write([&] {
        catalog->objects.put_loose({{sha256_of("x"), 1}});
        first = catalog->objects.find(sha256_of("x"))->file.id;
        catalog->files.remove(first);
    });
    write([&] { catalog->objects.put_loose({{sha256_of("y"), 1}}); });
    CHECK(catalog->objects.find(sha256_of("y"))->file.id > first);
}

TEST_CASE_FIXTURE(CatalogFixture, "a version comes back as it was put in") {
    const auto first = version("cells", 0);
    auto second = version("cells", 10);
    second.run.reset();
    second.base.reset();
    second.dependencies.clear();
    const auto other = version("Cells", 3);
    write([&] {
        for (const auto& row : {second, first, other}) {
            catalog->versions.put(row);
        }
    });
    for (const auto& row : {first, second, other}) {
        CAPTURE(row.name);
        CAPTURE(row.number);
        const auto by_number = catalog->versions.find(row.name, row.number);
        REQUIRE(by_number);
        check_equal(*by_number, row);
        const auto by_id = catalog->versions.find_by_id(row.id);
        REQUIRE(by_id);
        check_equal(*by_id, row);
    }
    CHECK(catalog->versions.numbers_of("cells") == std::vector<std::uint64_t>{0, 10});
    check_equal(catalog->versions.find_latest("cells").value(), second);
    CHECK_FALSE(catalog->versions.find_latest("none"));
    CHECK_FALSE(catalog->versions.find("cells", 1));
    CHECK_FALSE(catalog->versions.find_by_id("cells"));

    std::vector<std::string> walked;
    catalog->versions.for_each([&](const VersionRow& row) {
        walked.push_back(row.name + ":v" + std::to_string(row.number));
    });
    CHECK(walked == std::vector<std::string>{"Cells:v3", "cells:v0", "cells:v10"});

    write([&] { catalog->versions.remove("cells", 10); });
    CHECK(catalog->versions.find_latest("cells")->number == 0);
    CHECK_FALSE(catalog->versions.find_by_id(second.id));
}

TEST_CASE_FIXTURE(CatalogFixture, "an id belongs to one version") {
    write([&] { catalog->versions.put(version("cells", 0)); });
    auto twin = version("cells", 1);
    twin.id = version("cells", 0).id;
    Catalog::WriteTransaction transaction(*catalog, false);
    CHECK_THROWS_AS(catalog->versions.put(twin), DatabaseError);
}

TEST_CASE_FIXTURE(CatalogFixture, "the contents of an id are its own and all that is kept of it") {
    auto source = version("source", 0);
    source.dependencies.clear();
    auto user = version("user", 0);
    user.dependencies = {{source.id, "source:v0", sha256_of("part of it")}};
    write([&] {
        catalog->versions.put(source);
        catalog->versions.put(user);
    });
    auto contents = catalog->versions.contents_of(source.id);
    std::vector<Sha256> expected{source.content, sha256_of("part of it")};
    std::sort(contents.begin(), contents.end());
    std::sort(expected.begin(), expected.end());
    CHECK(contents == expected);

    write([&] { catalog->versions.remove("source", 0); });
    CHECK(catalog->versions.contents_of(source.id) == std::vector{sha256_of("part of it")});
    write([&] { catalog->versions.remove("user", 0); });
    CHECK(catalog->versions.contents_of(source.id).empty());
}

TEST_CASE_FIXTURE(CatalogFixture, "heads keep their aliases and their next number") {
    const HeadRow cells{"cells", "dataset", 4, {{"best", 3}, {"train", 0}}};
    const HeadRow bare{"bare", "model", 0, {}};
    write([&] {
        catalog->versions.put_head(cells);
        catalog->versions.put_head(bare);
    });
    CHECK(catalog->versions.find_head("cells") == cells);
    CHECK(catalog->versions.heads() == std::vector{bare, cells});
    CHECK_FALSE(catalog->versions.find_head("Cells"));

    const HeadRow changed{"cells", "dataset", 5, {{"best", 4}}};
    write([&] { catalog->versions.put_head(changed); });
    CHECK(catalog->versions.find_head("cells") == changed);
}

TEST_CASE_FIXTURE(CatalogFixture,
                  "a run comes back as it was put in, and is found by its versions") {
    const RunRow first{"r1", "/runs/1", "2026-01-01T00:00:00Z", {{"idA", "cells", 0}}, {}};
    const RunRow second{"r0",
                        "",
                        "2026-01-02T00:00:00Z",
                        {{"idB", "x", 2}, {"idA", "cells", 0}},
                        {{std::string("\0c", 2), "y", 1}}};
    write([&] {
        catalog->runs.put({"r1", "old", "old", {{"gone", "z", 0}}, {{"idA", "cells", 0}}});
        catalog->runs.put(second);
        catalog->runs.put(first); // replaces all of it
    });
    CHECK(catalog->runs.find("r1") == first);
    CHECK(catalog->runs.find("r0") == second);
    CHECK_FALSE(catalog->runs.find("r"));
    using Ids = std::vector<std::string>;
    CHECK(catalog->runs.of_version("idA", RunRole::used) == Ids{"r1", "r0"}); // by time
    CHECK(catalog->runs.of_version("idA", RunRole::made).empty());
    CHECK(catalog->runs.of_version("gone", RunRole::used).empty());
    CHECK(catalog->runs.of_version(std::string("\0c", 2), RunRole::made) == Ids{"r0"});
    Ids walked;
    catalog->runs.for_each([&](const RunRow& row) { walked.push_back(row.id); });
    CHECK(walked == Ids{"r0", "r1"});
}

TEST_CASE_FIXTURE(CatalogFixture, "a file's stat finds its digests only while all of it is equal") {
    const StatKey key{UINT64_MAX, UINT64_MAX - 1, 12, -5, 1700000000123456789};
    const Digests digests = digests_of("hello");
    const auto find = [&](const StatKey& wanted) {
        return catalog->stats.find(std::span(&wanted, 1), 1)[0];
    };
    write([&] { catalog->stats.put({{key, digests.sha256, digests.md5}}); });
    CHECK_FALSE(find(key)); // What the store does not hold must be read again.
    write([&] { catalog->objects.put_loose({{digests.sha256, 5}, {sha256_of("new"), 3}}); });
    const auto found = find(key);
    REQUIRE(found);
    CHECK(found->key == key);
    CHECK(found->sha256 == digests.sha256);
    CHECK(found->md5 == digests.md5);

    const std::vector<void (*)(StatKey&)> changes = {
        [](StatKey& other) { --other.device; }, [](StatKey& other) { --other.inode; },
        [](StatKey& other) { --other.size; }, [](StatKey& other) { --other.mtime_ns; },
        [](StatKey& other) { --other.ctime_ns; }};
    for (std::size_t index = 0; index < changes.size(); ++index) {
        CAPTURE(index);
        StatKey other = key;
        changes[index](other);
        CHECK_FALSE(find(other));
    }
    StatKey later = key;
    ++later.mtime_ns;
    write([&] { catalog->stats.put({{later, sha256_of("new"), digests.md5}}); });
    const auto both = catalog->stats.find(std::vector<StatKey>{key, later}, 1);
    REQUIRE(both.size() == 2);
    CHECK_FALSE(both[0]);
    CHECK(both[1]->sha256 == sha256_of("new"));
    // Of a file that a draft has read twice the last counts.
    write([&] {
        catalog->stats.put({{later, sha256_of("new"), digests.md5}, {key, digests.sha256, {}}});
    });
    CHECK_FALSE(find(later));
    CHECK(find(key));
    write([&] { catalog->stats.put({{later, sha256_of("new"), digests.md5}}); });
    write([&] { catalog->objects.set_damaged(sha256_of("new"), true); });
    CHECK_FALSE(find(later));
    write([&] {
        catalog->objects.set_damaged(sha256_of("new"), false);
        catalog->files.set_mark(catalog->objects.find(sha256_of("new"))->file.id, 4);
    });
    CHECK(catalog->stats.find(std::span(&later, 1), 3)[0]);
    CHECK_FALSE(catalog->stats.find(std::span(&later, 1), 4)[0]);
    CHECK(catalog->objects.present(
              std::vector<Sha256>{digests.sha256, sha256_of("no"), sha256_of("new")}, 4) ==
          std::vector<bool>{true, false, false});
}

TEST_CASE_FIXTURE(CatalogFixture,
                  "stats are found whatever lies between them, in the order asked for") {
    // Inodes side by side, apart, and about where the signed column of the table wraps; two
    // devices.
    std::vector<StatKey> known;
    for (const std::uint64_t device : {std::uint64_t{1}, UINT64_MAX}) {
        for (const std::uint64_t base : {std::uint64_t{0}, std::uint64_t{1000},
                                         std::uint64_t{INT64_MAX} - 20, UINT64_MAX - 40}) {
            for (std::uint64_t i = 0; i < 40; i += 1 + i / 10 * 4) {
                known.push_back({device, base + i, i, 5, 7});
            }
        }
    }
    const auto digest_of = [](const StatKey& key) {
        return digests_of(std::to_string(key.device) + "/" + std::to_string(key.inode));
    };
    write([&] {
        std::vector<StatRow> rows;
        for (const StatKey& key : known) {
            const Digests digests = digest_of(key);
            rows.push_back({key, digests.sha256, digests.md5});
            catalog->objects.put_loose({{digests.sha256, 1}});
        }
        catalog->stats.put(rows);
    });
    std::vector<StatKey> asked;
    for (const StatKey& key : known) {
        asked.push_back(key);
        StatKey other = key;
        ++other.inode; // mostly another file, sometimes none
        other.size = UINT32_MAX;
        asked.push_back(other);
    }
    asked.insert(asked.end(), known.begin(), known.end()); // each twice
    std::mt19937 random(3);
    std::shuffle(asked.begin(), asked.end(), random);
    const auto found = catalog->stats.find(asked, 1);
    REQUIRE(found.size() == asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
        CAPTURE(asked[i].device);
        CAPTURE(asked[i].inode);
        const bool is_known = asked[i].size != UINT32_MAX;
        REQUIRE(found[i].has_value() == is_known);
        if (is_known) {
            CHECK(found[i]->key == asked[i]);
            CHECK(found[i]->sha256 == digest_of(asked[i]).sha256);
            CHECK(found[i]->md5 == digest_of(asked[i]).md5);
        }
    }
    CHECK(catalog->stats.find({}, 1).empty());
}

TEST_CASE_FIXTURE(CatalogFixture, "what is not committed is gone") {
    {
        Catalog::WriteTransaction transaction(*catalog, true);
        catalog->objects.put_loose(objects(3));
        catalog->versions.put(version("cells", 0));
        catalog->versions.put_head({"cells", "dataset", 1, {{"best", 0}}});
        CHECK(catalog->raise_epoch() == 2);
        CHECK(catalog->epoch() == 2);
        CHECK(catalog->versions.find("cells", 0));
    }
    CHECK(catalog->epoch() == 1);
    CHECK_FALSE(catalog->objects.find(objects(1)[0].first));
    CHECK_FALSE(catalog->versions.find("cells", 0));
    CHECK(catalog->versions.heads().empty());

    CHECK_THROWS_AS(write([&] {
                        catalog->raise_epoch();
                        throw Error(ErrorCode::Cancelled, "stopped");
                    }),
                    Error);
    CHECK(catalog->epoch() == 1);
    write([&] { catalog->raise_epoch(); });
    CHECK(catalog->epoch() == 2);
}

TEST_CASE_FIXTURE(CatalogFixture, "nothing changes outside of a write transaction") {
    const auto changes = std::vector<std::function<void()>>{
        [&] { catalog->set_complete(); },
        [&] { catalog->raise_epoch(); },
        [&] { catalog->objects.put_loose(objects(1)); },
        [&] { catalog->objects.put_packs({}); },
        [&] { catalog->objects.set_damaged(sha256_of("x"), true); },
        [&] { catalog->files.set_mark(1, 1); },
        [&] { catalog->objects.clear_mark(sha256_of("x")); },
        [&] { catalog->files.remove(1); },
        [&] { catalog->manifests.put(manifest("m", {})); },
        [&] {
            catalog->versions.put_head({"cells", "dataset", 1, {}});
        },
        [&] { catalog->versions.put(version("cells", 0)); },
        [&] { catalog->versions.remove("cells", 0); },
        [&] {
            catalog->runs.put({"r", "", "", {}, {}});
        },
        [&] { catalog->stats.put({}); },
    };
    for (std::size_t index = 0; index < changes.size(); ++index) {
        CAPTURE(index);
        CHECK_THROWS_AS(changes[index](), DatabaseError);
        const Catalog::ReadTransaction reading(*catalog);
        CHECK_THROWS_AS(changes[index](), DatabaseError);
    }
    const Catalog::WriteTransaction open(*catalog, false);
    CHECK_THROWS_AS(Catalog::WriteTransaction(*catalog, false), DatabaseError);
}

TEST_CASE_FIXTURE(CatalogFixture, "a read transaction sees one state while others commit") {
    const auto other = Catalog::open(path, kStoreId, false);
    {
        const Catalog::ReadTransaction reading(*other);
        CHECK(other->epoch() == 1);
        write([&] {
            catalog->raise_epoch();
            catalog->objects.put_loose(objects(1));
        });
        CHECK(other->epoch() == 1);
        CHECK_FALSE(other->objects.find(objects(1)[0].first));
        {
            const Catalog::ReadTransaction inner(*other);
            CHECK(other->epoch() == 1);
        }
        CHECK(other->epoch() == 1);
        CHECK(catalog->epoch() == 2);
    }
    CHECK(other->epoch() == 2);
    CHECK(other->objects.find(objects(1)[0].first));
}

TEST_CASE_FIXTURE(CatalogFixture, "threads wait for each other's transactions") {
    constexpr int kThreads = 4;
    constexpr int kBatches = 50;
    std::atomic<int> torn = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < kBatches; ++turn) {
                Catalog::WriteTransaction transaction(*catalog, false);
                const auto before = catalog->epoch();
                torn += catalog->raise_epoch() == before + 1 ? 0 : 1;
                transaction.commit();
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(torn == 0);
    CHECK(catalog->epoch() == 1 + kThreads * kBatches);
}
