// SPDX-License-Identifier: MIT
// What gc asks of the catalogue, and the marks that it gives.
#include "catalog/catalog.hpp"
#include "catalog/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

using namespace vitrine;
using namespace vitrine::test;

TEST_CASE_FIXTURE(CatalogFixture, "marks are given once, found in their order and counted") {
    const auto some = objects(3000);
    write([&] {
        catalog->objects.put_loose(some);
        catalog->manifests.put(manifest("m", {some[0].first}));
    });
    CHECK(catalog->files.marked(99, 10).empty());
    CHECK(catalog->files.count_marked_after(0).files == 0);
    std::uint64_t bytes = 0;
    write([&] {
        for (int i = 0; i < 2000; ++i) {
            const auto& [name, size] = some[static_cast<std::size_t>(i)];
            const auto epoch = static_cast<std::uint64_t>(2 + i % 3);
            CHECK(catalog->files.mark(FileKind::loose, name, epoch));
            CHECK_FALSE(catalog->files.mark(FileKind::loose, name, 9));
            CHECK_FALSE(catalog->files.mark(FileKind::pack, name, 9));
            bytes += epoch > 2 ? size : 0;
        }
        CHECK(catalog->manifests.mark(sha256_of("content m"), 7));
        CHECK_FALSE(catalog->manifests.mark(sha256_of("content m"), 8));
        CHECK_FALSE(catalog->manifests.mark(sha256_of("content n"), 8));
    });
    CHECK(catalog->objects.find(some[0].first)->file.mark == 2);
    CHECK_FALSE(catalog->objects.find(some[2000].first)->file.mark);
    CHECK(catalog->manifests.find(sha256_of("content m"))->file.mark == 7);
    CHECK(catalog->files.marked(1, 10).empty());
    CHECK(catalog->files.marked(2, 5000).size() == 667);
    CHECK(catalog->files.marked(3, 500).size() == 500);
    const auto all = catalog->files.marked(7, 5000);
    REQUIRE(all.size() == 2001);
    CHECK(std::is_sorted(all.begin(), all.end(), [](const FileRow& left, const FileRow& right) {
        return *left.mark < *right.mark;
    }));
    CHECK(all.back().kind == FileKind::manifest);
    const MarkedFiles waiting = catalog->files.count_marked_after(2);
    CHECK(waiting.files == 2001 - 667);
    CHECK(waiting.bytes == bytes + 321);
    CHECK(waiting.youngest == 7);
    CHECK(catalog->manifests.content_of(all.back().id) == sha256_of("content m"));
    CHECK_FALSE(catalog->manifests.content_of(all.front().id));
}

TEST_CASE_FIXTURE(CatalogFixture,
                  "a file whose object or content another file serves is an orphan") {
    const auto some = objects(10);
    ManifestRow first = manifest("m", {});
    ManifestRow second = first;
    second.file.name = sha256_of("another file");
    write([&] {
        catalog->objects.put_loose(some);
        catalog->manifests.put(first);
        catalog->manifests.put(second);
    });
    std::vector<FileRow> orphans;
    catalog->files.for_each_orphan([&](const FileRow& row) { orphans.push_back(row); });
    REQUIRE(orphans.size() == 1);
    CHECK(orphans[0].name == first.file.name);
    CHECK_FALSE(catalog->manifests.content_of(orphans[0].id));
    const std::int64_t used = catalog->objects.find(some[0].first)->file.id;
    write([&] {
        CHECK(catalog->files.mark_orphan(orphans[0].id, 4));
        CHECK_FALSE(catalog->files.mark_orphan(orphans[0].id, 5));
        CHECK_FALSE(catalog->files.mark_orphan(used, 5));
    });
    CHECK(catalog->files.find(FileKind::manifest, first.file.name)->mark == 4);
    CHECK_FALSE(catalog->objects.find(some[0].first)->file.mark);
    std::size_t inside = 0;
    catalog->objects.for_each_in(used, [&](const ObjectRow& row) {
        ++inside;
        CHECK(row.sha256 == some[0].first);
    });
    CHECK(inside == 1);
}

TEST_CASE_FIXTURE(CatalogFixture, "digests are found by where they lie between others") {
    const auto some = objects(500);
    write([&] {
        catalog->objects.put_loose(some);
        catalog->manifests.put(manifest("m", {some[0].first}));
    });
    std::vector<Sha256> all;
    for (const auto& [sha256, size] : some) {
        all.push_back(sha256);
    }
    all.push_back(sha256_of("content m"));
    all.push_back(sha256_of("file m"));
    std::sort(all.begin(), all.end());
    Sha256 last;
    last.bytes.fill(0xff);
    CHECK(catalog->digests_between(Sha256(), last, 1000) == all);
    CHECK(catalog->digests_between(Sha256(), last, 3) ==
          std::vector<Sha256>(all.begin(), all.begin() + 3));
    CHECK(catalog->digests_between(all[7], all[9], 1000) ==
          std::vector<Sha256>(all.begin() + 7, all.begin() + 10));
    CHECK(catalog->digests_between(all[7], all[7], 1000).size() == 1);
}
