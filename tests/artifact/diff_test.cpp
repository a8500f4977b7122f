// SPDX-License-Identifier: MIT
#include <vitrine/artifact/diff.hpp>

#include "artifact/store_fixture.hpp"
#include "core/file_system.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace vitrine;
using test::Card;
using test::made;
using test::media_path;
using test::Paths;
using test::StoreFixture;

/// "+ path (values)" for each difference.
std::vector<std::string> diff_of(const Artifact& before, const Artifact& after) {
    std::vector<std::string> lines;
    for_each_difference(before, after, [&](const EntryDifference& difference) {
        std::string line = !difference.before ? "+ " : !difference.after ? "- " : "~ ";
        line += difference.path();
        for (const std::string& value : difference.values) {
            line += " (" + value + ")";
        }
        lines.push_back(line);
        CHECK(difference.before == before.manifest().find(difference.path()));
        CHECK(difference.after == after.manifest().find(difference.path()));
    });
    return lines;
}

/// Two cards that share a file, each with one of its own, and a plain file.
Artifact two_cards(const StoreFixture& fixture) {
    auto draft = fixture.draft();
    for (const std::string name : {"a", "b"}) {
        draft.add(Card(name, {made("own " + name), made("shared")}), name);
    }
    draft.add_bytes("readme", "readme.txt");
    return fixture.commit(std::move(draft));
}

TEST_CASE("a difference names each entry and the values that it belongs to") {
    const StoreFixture fixture;
    const Artifact before = two_cards(fixture);
    auto draft = before.new_draft();
    draft.remove("b.card.json");
    draft.add(Card("c", {made("own c"), made("shared")}), "c");
    draft.add(Card("a", {made("own a"), made("another")}), "a");
    draft.add_bytes("read me", "readme.txt");
    const Artifact after = fixture.commit(std::move(draft));

    std::vector<std::string> expected = {"~ a.card.json (a.card.json)",
                                         "- b.card.json (b.card.json)",
                                         "+ c.card.json (c.card.json)",
                                         "- " + media_path("own b") + " (b.card.json)",
                                         "+ " + media_path("own c") + " (c.card.json)",
                                         "+ " + media_path("another") + " (a.card.json)",
                                         "~ readme.txt"};
    const auto by_path = [](const std::string& a, const std::string& b) {
        return a.substr(2) < b.substr(2);
    };
    std::ranges::sort(expected, by_path);
    CHECK(diff_of(before, after) == expected);

    for (std::string& line : expected) {
        line[0] = line[0] == '+' ? '-' : line[0] == '-' ? '+' : line[0];
    }
    CHECK(diff_of(after, before) == expected);
    CHECK(diff_of(after, after).empty());
    const ManifestChanges changes = count_changes(before.manifest(), after.manifest());
    CHECK(changes.added == 3);
    CHECK(changes.changed == 2);
    CHECK(changes.removed == 2);
    CHECK(count_changes(Manifest(), after.manifest()).added == after.manifest().size());
}

TEST_CASE("a version equals the folder that it was checked out to, until a file changes there") {
    const StoreFixture fixture;
    const Artifact version = two_cards(fixture);
    const TemporaryDirectory folder;
    version.checkout(folder.path() / "plain");
    CheckoutOptions options;
    options.self_contained = true;
    version.checkout(folder.path() / "whole", options);
    for (const char* name : {"plain", "whole"}) {
        CAPTURE(name);
        const Artifact directory =
            Artifact::open_directory(folder.path() / name, version.source()->types());
        CHECK(diff_of(version, directory).empty());
        CHECK(diff_of(directory, version).empty());
    }
    test::write_text(folder.path() / "plain" / "readme.txt", "changed");
    test::write_text(folder.path() / "plain" / "new.txt", "new");
    const Artifact directory =
        Artifact::open_directory(folder.path() / "plain", version.source()->types());
    CHECK(diff_of(version, directory) == std::vector<std::string>{"+ new.txt", "~ readme.txt"});
}

} // namespace
