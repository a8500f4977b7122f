// SPDX-License-Identifier: MIT
#include "manifest/item_table.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

namespace vitrine {

namespace {

using Items = std::map<std::string, std::string>;

Entry entry_of(const std::string& path, unsigned variant) {
    Entry entry{.path = EntryPath(path)};
    entry.digest = std::string(variant % 300, 'x');
    return entry;
}

std::string fields_of(const std::string& path, unsigned variant) {
    std::string fields;
    if (variant % 5 == 0) {
        encode_tombstone(fields);
    } else {
        encode_fields(fields, entry_of(path, variant));
    }
    return fields;
}

Items items_of(const ItemTable& table, const std::string& first = "") {
    Items items;
    const auto cursor = table.cursor(first);
    while (const ItemView* item = cursor->next()) {
        items.emplace(item->path, item->fields.bytes);
    }
    return items;
}

} // namespace

TEST_CASE("a table of items holds what a map holds, however often its items change") {
    std::mt19937 random(5);
    ItemTable table;
    Items expected;
    for (int turn = 0; turn < 40000; ++turn) {
        const std::string path = "p" + std::to_string(random() % 500);
        if (random() % 4 == 0) {
            table.erase(path);
            expected.erase(path);
        } else {
            const std::string fields = fields_of(path, random() % 1000);
            table.put(path, fields);
            expected[path] = fields;
        }
    }
    CHECK(table.items() == expected.size());
    CHECK(items_of(table) == expected);
    CHECK(items_of(table, "p25") == Items(expected.lower_bound("p25"), expected.end()));
    for (int i = 0; i < 500; ++i) {
        const std::string path = "p" + std::to_string(i);
        const auto found = expected.find(path);
        CHECK(table.find_fields(path) ==
              (found == expected.end() ? std::nullopt : std::optional<std::string>(found->second)));
    }
}

TEST_CASE("a copy of a table and its original change apart") {
    ItemTable table;
    for (unsigned i = 0; i < 100; ++i) {
        table.put("p" + std::to_string(i), fields_of("p", i));
    }
    const Items before = items_of(table);
    ItemTable copy(table);
    for (unsigned i = 0; i < 100; ++i) {
        copy.put("q" + std::to_string(i), fields_of("q", i));
        table.put("p" + std::to_string(i), fields_of("p", i + 1));
        table.erase("p7");
    }
    for (const auto& [path, fields] : before) {
        CHECK(copy.find_fields(path) == fields);
    }
    CHECK(copy.items() == 200);
    CHECK(table.items() == 99);
}

} // namespace vitrine
