// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "manifest/entries.hpp"
#include "manifest/segment_file.hpp"
#include "manifest/segments.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vitrine {

namespace {

using test::check_throws;
using test::make_entry;
using test::RunFolder;
using test::segment_bytes;

std::vector<SegmentItem> many_items(std::size_t count) {
    std::vector<SegmentItem> items;
    for (std::size_t i = 0; i < count; ++i) {
        std::string number = std::to_string(i);
        number.insert(0, 6 - number.size(), '0');
        const std::string path = "images/\xc3\xa9t\xc3\xa9/" + number + ".png";
        items.push_back({path, std::nullopt});
        if (i % 11 != 10) {
            items.back().entry = make_entry(path, static_cast<unsigned>(i));
        }
    }
    return items;
}

std::vector<SegmentItem> all_items(std::shared_ptr<const SegmentReader> segment,
                                   std::string_view first = "") {
    SegmentItems cursor({std::move(segment)}, first);
    std::vector<SegmentItem> items;
    while (auto item = cursor.next()) {
        items.push_back(std::move(*item));
    }
    return items;
}

void check_equal(const std::vector<SegmentItem>& got, const std::vector<SegmentItem>& expected) {
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        CAPTURE(expected[i].path);
        CHECK(got[i].path == expected[i].path);
        CHECK(got[i].entry == expected[i].entry);
    }
}

} // namespace

TEST_CASE("a segment gives back what was written, whole and from any path on") {
    RunFolder folder;
    for (const std::size_t count : {0, 1, 2, 500, 5000}) {
        CAPTURE(count);
        const auto items = many_items(count);
        const auto segment = folder.open(items);
        CHECK(segment->items() == count);
        check_equal(all_items(segment), items);
        const std::string from = "images/\xc3\xa9t\xc3\xa9/000300.png";
        for (const std::string& first : {from, from + "\x01", std::string("a"), std::string("z")}) {
            CAPTURE(first);
            const auto begin = std::ranges::lower_bound(items, first, {}, &SegmentItem::path);
            check_equal(all_items(segment, first), {begin, items.end()});
        }
    }
}

TEST_CASE("a segment finds each of its paths and no other") {
    RunFolder folder;
    const auto items = many_items(3000);
    const auto segment = folder.open(items);
    for (const SegmentItem& item : items) {
        const auto found = segment->find(item.path);
        REQUIRE(found.has_value());
        CHECK(found->path == item.path);
        CHECK(found->entry == item.entry);
        CHECK_FALSE(segment->find(item.path + "x").has_value());
    }
    CHECK_FALSE(segment->find("a").has_value());
    CHECK_FALSE(segment->find("z").has_value());
    CHECK_FALSE(folder.open({})->find("a").has_value());
}

TEST_CASE("the bytes of a segment depend on its items alone") {
    CHECK(segment_bytes(many_items(700)) == segment_bytes(many_items(700)));
    CHECK(segment_bytes(many_items(700)) != segment_bytes(many_items(701)));
}

TEST_CASE("the format of a segment is frozen") {
    // Built by hand from FORMAT.md; not to change while the format is 1.
    const std::string bytes = segment_bytes({{"a/x", make_entry("a/x", 4)}, {"a/y", std::nullopt}});
    CHECK(render_hex(bytes) ==
          "76697472696e652d72756e20310a0003612f78461653a06856ec14bc20b4e1dcc951d601eda9f17d"
          "7af17cfd4a433cfe93a29b04041855694941664b6b4e5574463244394772692b727861513d3d8c92"
          "f4010a696d6167652d66696c650201790103612f785302ebd4600336027fe9918c229d328bd5503e"
          "e816226375c03edf40944f88d4cfae6100000000000000010000000000000002000000000000009e"
          "e55554dbd9c95b141d4a947d9240bd3cc85a958c7d6c74ee3a7c88d0b8dba5");
}

TEST_CASE("a segment writer refuses items out of order") {
    SegmentWriter writer([](std::string_view) {});
    writer.add({"b", std::nullopt});
    for (const char* path : {"a", "b"}) {
        CAPTURE(path);
        check_throws(
            [&] {
                writer.add({path, std::nullopt});
            },
            ErrorCode::InvalidArgument, "not in path order");
    }
    check_throws(
        [&] {
            writer.add({"c", make_entry("d", 1)});
        },
        ErrorCode::InvalidArgument, "item 'c' holds the entry 'd'");
}

TEST_CASE("every flipped byte and every cut of a segment is found") {
    RunFolder folder;
    const auto items = many_items(300);
    const std::string bytes = segment_bytes(items);
    const auto read_all = [&](const std::string& damaged) {
        const auto segment = std::make_shared<const SegmentReader>(folder.put(damaged));
        all_items(segment);
    };
    read_all(bytes);
    for (std::size_t i = 0; i < bytes.size(); i += i < 64 || i + 128 > bytes.size() ? 1 : 97) {
        CAPTURE(i);
        std::string flipped = bytes;
        flipped[i] = static_cast<char>(flipped[i] ^ 0x01);
        const bool is_version = i == 12 || i == 13;
        const auto code = is_version ? ErrorCode::Unsupported : ErrorCode::Corruption;
        check_throws([&] { read_all(flipped); }, code, "segment '");
        check_throws([&] { read_all(bytes.substr(0, i)); }, code, "segment '");
    }
    check_throws([&] { read_all(bytes + "x"); }, ErrorCode::Corruption, "is damaged");
}

TEST_CASE("a long walk, which reads ahead, gives all items before what is damaged") {
    RunFolder folder;
    const auto items = many_items(50'000);
    const std::string bytes = segment_bytes(items);
    REQUIRE(bytes.size() > (std::size_t{5} << 19U)); // several pieces
    for (const std::size_t position : {bytes.size() / 100, bytes.size() / 4, bytes.size() / 2}) {
        CAPTURE(position);
        std::string flipped = bytes;
        flipped[position] = static_cast<char>(flipped[position] ^ 0x01);
        const auto segment = std::make_shared<const SegmentReader>(folder.put(flipped));
        SegmentItems walk({segment}, "");
        std::size_t given = 0;
        check_throws(
            [&] {
                while (walk.next()) {
                    ++given;
                }
            },
            ErrorCode::Corruption, "has another checksum");
        REQUIRE(given > 0);
        REQUIRE(given < items.size());
        CHECK(segment->find(items[given - 1].path));
        check_throws([&] { segment->find(items[given].path); }, ErrorCode::Corruption,
                     "has another checksum");
    }
}

TEST_CASE("a long walk can go on from another path, or end anywhere") {
    RunFolder folder;
    const auto items = many_items(50'000);
    const auto segment = folder.open(items);
    for (const std::size_t steps : {1, 3'000, 20'000}) {
        for (const std::size_t target : {20'001, 20'100, 49'000}) {
            CAPTURE(steps);
            CAPTURE(target);
            const auto cursor = segment->cursor("");
            for (std::size_t i = 0; i < steps; ++i) {
                const ItemView* item = cursor->next();
                REQUIRE(item != nullptr);
                REQUIRE(item->path == items[i].path);
            }
            for (std::size_t i = target; i < std::min(target + 900, items.size()); ++i) {
                const ItemView* item = i == target ? cursor->seek(items[i].path) : cursor->next();
                REQUIRE(item != nullptr);
                REQUIRE(item->path == items[i].path);
            }
        }
    }
}

} // namespace vitrine
