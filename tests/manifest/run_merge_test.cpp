// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "manifest/entries.hpp"
#include "manifest/run_file.hpp"
#include "manifest/runs.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace vitrine {

using test::check_throws;
using test::collect;
using test::make_entry;
using test::paths_of;
using test::RunFolder;

namespace {

using Contents = std::map<std::string, Entry>;

Manifest manifest_of(const Contents& contents) {
    std::vector<Entry> entries;
    for (const auto& [path, entry] : contents) {
        entries.push_back(entry);
    }
    return Manifest(std::move(entries));
}

std::vector<RunItem> difference_of(const Manifest& base, const Manifest& wanted) {
    std::vector<RunItem> items;
    difference(base, wanted, [&](const RunItem& item) { items.push_back(item); });
    return items;
}

/// Changes, adds and removes some entries.
void change(Contents& contents, std::mt19937& random) {
    for (int i = 0; i < 60; ++i) {
        const std::string path =
            "d" + std::to_string(random() % 7) + "/f" + std::to_string(random() % 60);
        if (random() % 3 == 0) {
            contents.erase(path);
        } else {
            contents.insert_or_assign(path, make_entry(path, random() % 100));
        }
    }
}

void check_same(const Manifest& got, const Manifest& expected) {
    CHECK(got.size() == expected.size());
    CHECK(got.digest() == expected.digest());
    CHECK(collect(got.entries()) == collect(expected.entries()));
    for (const char* folder : {"d3", "d3/", "d3/f1", "nothing", "d"}) {
        CAPTURE(folder);
        CHECK(collect(got.entries(folder)) == collect(expected.entries(folder)));
    }
    for (int i = 0; i < 7 * 60; ++i) {
        const std::string path = "d" + std::to_string(i / 60) + "/f" + std::to_string(i % 60);
        CHECK(got.find(path) == expected.find(path));
    }
}

} // namespace

TEST_CASE("versions written as differences read back as they were") {
    RunFolder folder;
    std::mt19937 random(42);
    Contents contents;
    Manifest last;
    std::vector<std::shared_ptr<const RunReader>> runs;
    for (int version = 0; version < 8; ++version) {
        CAPTURE(version);
        change(contents, random);
        const Manifest wanted = manifest_of(contents);
        runs.insert(runs.begin(), folder.open(difference_of(last, wanted)));
        last = manifest_of_runs(runs, wanted.size());
        check_same(last, wanted);
    }

    // All runs as one, as a later merge writes them: removals are kept and change nothing.
    std::vector<RunItem> merged;
    RunMerge merge(runs, "");
    while (auto item = merge.next()) {
        merged.push_back(std::move(*item));
    }
    CHECK(merged.size() > contents.size());
    check_same(manifest_of_runs({folder.open(merged)}, contents.size()), manifest_of(contents));
}

TEST_CASE("a difference holds what is new, what differs in any field, and what is gone") {
    const Entry same = make_entry("same", 4);
    Entry other_type = same;
    other_type.path = EntryPath("typed");
    other_type.value_type = "table";
    Entry old_type = other_type;
    old_type.value_type = std::nullopt;
    const Manifest base({same, old_type, make_entry("gone", 1), make_entry("changed", 1)});
    const Manifest wanted({same, other_type, make_entry("changed", 2), make_entry("new", 1)});

    const auto items = difference_of(base, wanted);
    REQUIRE(items.size() == 4);
    CHECK(items[0].path == "changed");
    CHECK(items[0].entry == make_entry("changed", 2));
    CHECK(items[1].path == "gone");
    CHECK_FALSE(items[1].entry.has_value());
    CHECK(items[2].path == "new");
    CHECK(items[3].entry == other_type);
    CHECK(difference_of(wanted, wanted).empty());
    CHECK(difference_of(Manifest(), Manifest()).empty());
    CHECK(difference_of(Manifest(), wanted).size() == 4);
}

TEST_CASE("extra that is empty is no difference to none") {
    Entry without = make_entry("a", 1);
    Entry with = without;
    with.extra = Json::object();
    CHECK(difference_of(Manifest({without}), Manifest({with})).empty());
}

TEST_CASE("a manifest of runs that has another number of entries is damaged") {
    RunFolder folder;
    const auto run = folder.open({{"a", make_entry("a", 1)}, {"b", make_entry("b", 2)}});
    CHECK(paths_of(manifest_of_runs({run}, 2).entries()).size() == 2);
    for (const std::uint64_t count : {0, 1, 3}) {
        CAPTURE(count);
        const Manifest manifest = manifest_of_runs({run}, count);
        check_throws([&] { collect(manifest.entries()); }, ErrorCode::Corruption, "entries, got 2");
        // A part of it cannot tell.
        CHECK(collect(manifest.entries("b")).size() == 1);
    }
}

} // namespace vitrine
