// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "manifest/difference.hpp"
#include "manifest/entries.hpp"
#include "manifest/segment_file.hpp"
#include "manifest/segments.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace vitrine {

using test::check_throws;
using test::collect;
using test::make_entry;
using test::manifest_of;
using test::paths_of;
using test::RunFolder;

namespace {

using Contents = std::map<std::string, Entry>;

/// What leads from one manifest to the other, as a segment of the second's has it.
std::vector<SegmentItem> difference_of(const Manifest& base, const Manifest& wanted) {
    std::vector<SegmentItem> items;
    for_each_difference(base, wanted, [&](const ItemPair& pair) {
        items.push_back({std::string(pair.path), std::nullopt});
        if (pair.after != nullptr) {
            items.back().entry = pair.after->entry(pair.path);
        }
    });
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
    std::vector<std::shared_ptr<const SegmentReader>> segments;
    for (int version = 0; version < 8; ++version) {
        CAPTURE(version);
        change(contents, random);
        const Manifest wanted = manifest_of(contents);
        segments.insert(segments.begin(), folder.open(difference_of(last, wanted)));
        last = manifest_of_segments(segments, wanted.size());
        check_same(last, wanted);
    }

    // All segments as one: removals are kept and change nothing.
    std::vector<SegmentItem> merged;
    SegmentItems items(layers_of_segments(segments), "");
    while (auto item = items.next()) {
        merged.push_back(std::move(*item));
    }
    CHECK(merged.size() > contents.size());
    check_same(manifest_of_segments({folder.open(merged)}, contents.size()), manifest_of(contents));
}

TEST_CASE("a walk of layers goes forward to any path, as one from there on does") {
    RunFolder folder;
    std::mt19937 random(7);
    Contents contents;
    Manifest last;
    std::vector<std::shared_ptr<const SegmentReader>> segments;
    for (int version = 0; version < 5; ++version) {
        for (int i = 0; i < 20; ++i) {
            change(contents, random);
        }
        const Manifest wanted = manifest_of(contents);
        segments.insert(segments.begin(), folder.open(difference_of(last, wanted)));
        last = manifest_of_segments(segments, wanted.size());
    }
    std::vector<std::string> targets;
    for (int i = 0; i < 200; ++i) {
        targets.push_back("d" + std::to_string(random() % 8) + "/f" +
                          std::to_string(random() % 70));
    }
    std::ranges::sort(targets);
    for (const Layers& layers :
         {layers_of_segments(segments), layers_of_segments({segments.back()}),
          layers_of(manifest_of(contents))}) {
        ItemMerge walk(layers);
        std::string passed;
        for (const std::string& target : targets) {
            CAPTURE(target);
            if (target <= passed) {
                continue; // it never goes back
            }
            ItemMerge expected(layers, target);
            const ItemView* there = expected.next();
            const ItemView* got = walk.seek(target);
            REQUIRE((got == nullptr) == (there == nullptr));
            if (got != nullptr) {
                CHECK(got->path == there->path);
                CHECK(got->fields.bytes == there->fields.bytes);
            }
            if (random() % 3 == 0 && got != nullptr) {
                // A step after a jump is the step that the other takes.
                const std::string here(got->path);
                const ItemView* next = walk.next();
                const ItemView* then = expected.next();
                REQUIRE((next == nullptr) == (then == nullptr));
                CHECK((next == nullptr || (next->path == then->path && next->path > here)));
                passed = next == nullptr ? "~" : next->path;
            }
        }
    }
}

TEST_CASE("the newest segments of a manifest alone are what it holds beyond the others") {
    RunFolder folder;
    const auto old_segment = folder.open({{"a", make_entry("a", 1)}, {"b", make_entry("b", 1)}});
    const auto middle = folder.open({{"b", std::nullopt}, {"c", make_entry("c", 2)}});
    const auto newest = folder.open({{"c", std::nullopt}, {"d", make_entry("d", 2)}});
    std::vector<std::string> seen;
    ItemMerge items(layers_of_segments({newest, middle}));
    while (const ItemView* item = items.next()) {
        seen.push_back(std::string(item->fields.is_tombstone ? "-" : "+") +
                       std::string(item->path));
    }
    CHECK(seen == std::vector<std::string>{"-b", "-c", "+d"});
    CHECK(old_segment->blocks_read() == 0);
}

TEST_CASE("who looks many paths up reads no block of a segment that has not got them") {
    RunFolder folder;
    std::vector<SegmentItem> bulk;
    std::vector<SegmentItem> front;
    for (int i = 10000; i < 20000; ++i) {
        const std::string path = "p" + std::to_string(i);
        bulk.push_back({path, make_entry(path, 1)});
        if (i % 10 == 0) {
            front.push_back({path, make_entry(path, 2)});
        }
    }
    const auto old_segment = folder.open(bulk);
    const auto new_segment = folder.open(front);
    const Manifest manifest = manifest_of_segments({new_segment, old_segment}, bulk.size());

    CHECK(manifest.contains("p15001"));
    CHECK(new_segment->blocks_read() + old_segment->blocks_read() == 2);
    for (const SegmentItem& item : bulk) {
        const auto entry = manifest.find(item.path);
        REQUIRE(entry.has_value());
        CHECK(*entry == make_entry(item.path, item.path.back() == '0' ? 2 : 1));
    }
    // Once block by block, once whole; then the thousand that it has, and one in a hundred others.
    const auto whole = new_segment->blocks_read();
    std::mt19937 random(3);
    for (int i = 0; i < 1000; ++i) {
        const auto number = 10000 + random() % 10000 / 10 * 10 + 1;
        CHECK(manifest.contains("p" + std::to_string(number)));
    }
    CHECK(new_segment->blocks_read() - whole < 50);
}

TEST_CASE("a manifest of segments that has another number of entries is damaged") {
    RunFolder folder;
    const auto segment = folder.open({{"a", make_entry("a", 1)}, {"b", make_entry("b", 2)}});
    CHECK(paths_of(manifest_of_segments({segment}, 2).entries()).size() == 2);
    for (const std::uint64_t count : {0, 1, 3}) {
        CAPTURE(count);
        const Manifest manifest = manifest_of_segments({segment}, count);
        check_throws([&] { collect(manifest.entries()); }, ErrorCode::Corruption, "entries, got 2");
        // A part of it cannot tell.
        CHECK(collect(manifest.entries("b")).size() == 1);
    }
}

} // namespace vitrine
