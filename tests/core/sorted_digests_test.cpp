// SPDX-License-Identifier: MIT
#include "core/sorted_digests.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

using namespace vitrine;

namespace {

Sha256 numbered(std::uint32_t number) {
    return sha256_of(std::to_string(number));
}

std::vector<std::pair<Sha256, std::uint64_t>> items_of(SortedDigests& set) {
    std::vector<std::pair<Sha256, std::uint64_t>> items;
    set.for_each(
        [&](const SortedDigests::Item& item) { items.emplace_back(item.digest, item.size); });
    return items;
}

constexpr std::size_t kItem = sizeof(SortedDigests::Item);

} // namespace

TEST_CASE(
    "a set of sorted digests gives what was added, sorted and once, whatever fits into memory") {
    struct Case {
        const char* name;
        std::size_t memory; ///< in items
        std::uint32_t adds;
        std::uint32_t distinct;
        std::size_t parts; ///< at least so many in the file; 0: none
    };
    const Case cases[] = {
        {"nothing", 10, 0, 1, 0},
        {"one", 10, 1, 1, 0},
        {"all in memory", 1000, 999, 999, 0},
        {"the same again and again", 100, 5000, 40, 0},
        {"a few parts", 100, 1000, 1000, 9},
        {"parts that share digests", 100, 3000, 300, 2},
        {"more parts than are walked at once", 20, 5000, 5000, 2},
        {"a memory of one item", 1, 300, 200, 1},
        {"pieces larger than one read", 3000, 20000, 15000, 2},
    };
    for (const Case& test : cases) {
        CAPTURE(test.name);
        std::mt19937 random(7);
        SortedDigests set(test.memory * kItem);
        std::map<Sha256, std::uint64_t> model;
        for (std::uint32_t i = 0; i < test.adds; ++i) {
            const std::uint32_t number = random() % test.distinct;
            set.add(numbered(number), number);
            model.emplace(numbered(number), number);
        }
        CHECK(items_of(set) ==
              std::vector<std::pair<Sha256, std::uint64_t>>(model.begin(), model.end()));
        CHECK(set.parts() >= test.parts);
        CHECK((test.parts > 0 || set.parts() == 0));
        CHECK(set.parts() <= 64);
        CHECK(set.empty() == (test.adds == 0));
    }
}

TEST_CASE("a set of sorted digests can be added to after it was walked, and cleared") {
    SortedDigests set(10 * kItem);
    for (std::uint32_t i = 0; i < 25; ++i) {
        set.add(numbered(i));
    }
    CHECK(items_of(set).size() == 25);
    for (std::uint32_t i = 20; i < 60; ++i) {
        set.add(numbered(i));
    }
    CHECK(items_of(set).size() == 60);
    set.clear();
    CHECK(set.empty());
    CHECK(items_of(set).empty());
    set.add(numbered(1), 5);
    CHECK(items_of(set).size() == 1);
}

TEST_CASE("a probe tells which of ascending digests are in the set") {
    SortedDigests set(16 * kItem);
    std::map<Sha256, bool> asked;
    for (std::uint32_t i = 0; i < 500; ++i) {
        const bool in = i % 3 == 0;
        asked.emplace(numbered(i), in);
        if (in) {
            set.add(numbered(i));
        }
    }
    DigestProbe probe(set);
    for (const auto& [digest, in] : asked) {
        CHECK(probe.has(digest) == in);
        CHECK(probe.has(digest) == in); // asking again is fine
    }
    SortedDigests none;
    DigestProbe nothing(none);
    CHECK_FALSE(nothing.has(numbered(1)));
}
