// SPDX-License-Identifier: MIT
#include "manifest/difference.hpp"
#include "manifest/entries.hpp"
#include "manifest/item_table.hpp"
#include "manifest/segment_file.hpp"
#include "manifest/segments.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

using test::make_entry;
using test::manifest_of;
using test::RunFolder;

namespace {

/// Path, and the entry before and after.
using Change = std::pair<std::optional<Entry>, std::optional<Entry>>;
using Changes = std::map<std::string, Change>;

std::optional<Entry> entry_of(std::string_view path, const EntryFields* fields) {
    return fields == nullptr ? std::nullopt : std::optional(fields->entry(path));
}

Changes differences(const Manifest& before, const Manifest& after) {
    Changes changes;
    std::string last;
    for_each_difference(before, after, [&](const ItemPair& pair) {
        CHECK(pair.path > last);
        last = pair.path;
        changes[last] = {entry_of(last, pair.before), entry_of(last, pair.after)};
    });
    return changes;
}

/// The same by looking at everything.
Changes plain_differences(const Manifest& before, const Manifest& after) {
    Changes changes;
    for (const Entry& entry : before.entries()) {
        const auto other = after.find(entry.path.str());
        if (other != entry) {
            changes[entry.path.str()] = {entry, other};
        }
    }
    for (const Entry& entry : after.entries()) {
        if (!before.contains(entry.path.str())) {
            changes[entry.path.str()] = {std::nullopt, entry};
        }
    }
    return changes;
}

Manifest walked(const Manifest& before, const Manifest& after) {
    std::vector<Entry> entries;
    PairWalk pairs(before, after, PairWalk::Paths::all);
    while (const ItemPair* pair = pairs.next()) {
        CHECK(entry_of(pair->path, pair->before) == before.find(pair->path));
        if (auto entry = entry_of(pair->path, pair->after)) {
            entries.push_back(*std::move(entry));
        }
    }
    return Manifest(std::move(entries));
}

std::shared_ptr<const SegmentReader> segment_of(RunFolder& folder, const Changes& changes) {
    std::vector<SegmentItem> items;
    for (const auto& [path, change] : changes) {
        items.push_back({path, change.second});
    }
    return folder.open(items);
}

/// What a draft changes: some paths of those that are there, and some new.
void change_some(std::map<std::string, Entry>& contents, std::mt19937& random, int count) {
    for (int i = 0; i < count; ++i) {
        const std::string path = "p" + std::to_string(random() % 3000);
        if (random() % 3 == 0) {
            contents.erase(path);
        } else {
            contents.insert_or_assign(path, make_entry(path, random() % 100));
        }
    }
}

} // namespace

TEST_CASE("a difference holds what is new, what differs in any field, and what is gone") {
    const Entry same = make_entry("same", 4);
    Entry other_type = same;
    other_type.path = EntryPath("typed");
    other_type.value_type = "table";
    Entry old_type = other_type;
    old_type.value_type = std::nullopt;
    const Manifest base({same, old_type, make_entry("gone", 1), make_entry("changed", 1)});
    const Manifest wanted({same, other_type, make_entry("changed", 2), make_entry("new", 1)});

    CHECK(differences(base, wanted) ==
          Changes{{"changed", {make_entry("changed", 1), make_entry("changed", 2)}},
                  {"gone", {make_entry("gone", 1), std::nullopt}},
                  {"new", {std::nullopt, make_entry("new", 1)}},
                  {"typed", {old_type, other_type}}});
    CHECK(differences(wanted, wanted).empty());
    CHECK(differences(Manifest(), Manifest()).empty());
    CHECK(differences(Manifest(), wanted).size() == 4);
    CHECK(differences(wanted, Manifest()).size() == 4);
}

TEST_CASE("extra that is empty is no difference to none") {
    Entry without = make_entry("a", 1);
    Entry with = without;
    with.extra = Json::object();
    CHECK(differences(Manifest({without}), Manifest({with})).empty());
}

TEST_CASE("versions that share segments differ by what a look at everything says") {
    RunFolder folder;
    std::mt19937 random(11);
    std::map<std::string, Entry> contents;
    std::vector<Manifest> versions{Manifest()};
    std::vector<std::shared_ptr<const SegmentReader>> segments;
    for (int version = 0; version < 6; ++version) {
        change_some(contents, random, version == 0 ? 1500 : 60);
        const Manifest wanted = manifest_of(contents);
        segments.insert(segments.begin(),
                        segment_of(folder, plain_differences(versions.back(), wanted)));
        versions.push_back(manifest_of_segments(segments, wanted.size()));
    }
    // One that was merged anew shares nothing.
    versions.push_back(manifest_of(contents));
    for (const Manifest& before : versions) {
        for (const Manifest& after : versions) {
            CHECK(differences(before, after) == plain_differences(before, after));
            CHECK(test::collect(walked(before, after).entries()) == test::collect(after.entries()));
        }
    }
}

TEST_CASE(
    "a segment in two files is shared, and its blocks are read for the paths that need it alone") {
    RunFolder folder;
    std::vector<SegmentItem> bulk;
    for (int i = 10000; i < 30000; ++i) {
        const std::string path = "p" + std::to_string(i);
        bulk.push_back({path, make_entry(path, 1)});
    }
    const auto one = folder.open(bulk);
    const auto other = folder.open(bulk);
    const auto front = folder.open({{"p12000", make_entry("p12000", 2)},
                                    {"p12001", std::nullopt},
                                    {"p12001a", make_entry("p12001a", 2)},
                                    {"p29000", make_entry("p29000", 1)}});
    const Manifest before = manifest_of_segments({one}, bulk.size());
    const Manifest after = manifest_of_segments({front, other}, bulk.size());
    const Changes changes = differences(before, after);
    CHECK(changes == Changes{{"p12000", {make_entry("p12000", 1), make_entry("p12000", 2)}},
                             {"p12001", {make_entry("p12001", 1), std::nullopt}},
                             {"p12001a", {std::nullopt, make_entry("p12001a", 2)}}});
    // The first block as the walk begins, and one for each place that is looked at.
    CHECK(one->blocks_read() + other->blocks_read() <= 3);
}

TEST_CASE("changes are counted piece by piece, and none is left out or counted twice") {
    RunFolder folder;
    std::map<std::string, Entry> old_contents;
    for (int i = 10000; i < 30000; ++i) {
        const std::string path = "p" + std::to_string(i);
        old_contents.insert_or_assign(path, make_entry(path, 1));
    }
    std::map<std::string, Entry> contents = old_contents;
    for (int i = 10000; i < 30000; i += 2) {
        const std::string path = "p" + std::to_string(i);
        if (i % 10 == 0) {
            contents.erase(path);
        } else if (i % 10 == 2) {
            contents.insert_or_assign(path + "new", make_entry(path + "new", 1));
        } else {
            contents.insert_or_assign(path, make_entry(path, 2));
        }
    }
    const Manifest none;
    const Manifest old_plain = manifest_of(old_contents);
    const Manifest plain = manifest_of(contents);
    const auto bulk = segment_of(folder, plain_differences(none, old_plain));
    const auto front = segment_of(folder, plain_differences(old_plain, plain));
    REQUIRE(front->split_points(31).size() > 5);
    CHECK(front->split_points(2).size() == 2);
    CHECK(std::ranges::is_sorted(front->split_points(31)));
    CHECK(segment_of(folder, differences(none, Manifest({make_entry("a", 1)})))
              ->split_points(31)
              .empty());

    const Manifest before = manifest_of_segments({bulk}, old_plain.size());
    const Manifest after = manifest_of_segments({front, bulk}, plain.size());
    const ManifestChanges forth = count_changes(before, after);
    CHECK(forth.added == 2000);
    CHECK(forth.removed == 2000);
    CHECK(forth.changed == 6000);
    const ManifestChanges back = count_changes(after, before);
    CHECK(back.added == 2000);
    CHECK(back.removed == 2000);
    CHECK(back.changed == 6000);
    CHECK(count_changes(after, after).changed == 0);
}

TEST_CASE("the changes of a draft lie over its base, of which a difference reads what they touch") {
    RunFolder folder;
    std::vector<SegmentItem> bulk;
    for (int i = 10000; i < 30000; ++i) {
        const std::string path = "p" + std::to_string(i);
        bulk.push_back({path, make_entry(path, 1)});
    }
    const auto segment = folder.open(bulk);
    const Manifest base = manifest_of_segments({segment}, bulk.size());
    auto changes = std::make_shared<ItemTable>();
    std::string fields;
    encode_fields(fields, make_entry("p20000", 2));
    changes->put("p20000", fields);
    Layers layers = layers_of(base);
    layers.insert(layers.begin(), changes);
    const Manifest draft = manifest_of_layers(layers, bulk.size());
    CHECK(differences(base, draft).size() == 1);
    CHECK(segment->blocks_read() <= 2);
    CHECK(draft.find("p20000") == make_entry("p20000", 2));
    CHECK(draft.find("p20001") == make_entry("p20001", 1));
}

} // namespace vitrine
