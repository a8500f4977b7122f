// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "manifest/entries.hpp"
#include "manifest/manifest_digest.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace vitrine {

using test::check_throws;
using test::make_entry;

namespace {

ManifestDigester::Result digests_of_entries(const std::vector<Entry>& entries) {
    ManifestDigester digester;
    for (const Entry& entry : entries) {
        digester.add(entry);
    }
    return digester.finish();
}

} // namespace

TEST_CASE("the digests of a manifest are frozen") {
    // Built by hand from FORMAT.md; not to change while the format is 1.
    const auto digests = digests_of_entries({make_entry("a/x", 4)});
    CHECK(digests.content.hex() ==
          "e80151942552b6ec184c114fc2f3c0ae127b102292daecfdaba3f3caa9447e24");
    CHECK(digests.wandb == "83bb0bf3e3c5250418b6d408f1d1135b");
    CHECK(digests_of_entries({}).wandb == "64e7c61456b10382e2f3b571ac24b659");
}

TEST_CASE("every field but the value type enters the content digest") {
    struct Case {
        const char* what;
        std::function<void(Entry&)> change;
    };
    const Case cases[] = {
        {"nothing", [](Entry&) {}},
        {"path", [](Entry& e) { e.path = EntryPath("q"); }},
        {"object", [](Entry& e) { e.object = sha256_of(std::string_view("other")); }},
        {"no object", [](Entry& e) { e.object.reset(); }},
        {"object size", [](Entry& e) { ++e.object_size; }},
        {"digest", [](Entry& e) { e.digest += 'x'; }},
        {"size", [](Entry& e) { e.size = 1; }},
        {"no size", [](Entry& e) { e.size.reset(); }},
        {"ref", [](Entry& e) { e.ref = "s3://x"; }},
        {"no ref", [](Entry& e) { e.ref.reset(); }},
        {"empty ref", [](Entry& e) { e.ref = ""; }},
        {"birth id", [](Entry& e) { e.birth_id = "eA=="; }},
        {"extra", [](Entry& e) { e.extra["etag"] = "y"; }},
        {"order of extra",
         [](Entry& e) {
             e.extra = {{"b", 1}, {"a", 2}};
         }},
        {"other order of extra",
         [](Entry& e) {
             e.extra = {{"a", 2}, {"b", 1}};
         }},
        {"no extra", [](Entry& e) { e.extra = nullptr; }},
    };
    std::set<std::string> seen;
    for (const Case& c : cases) {
        CAPTURE(c.what);
        Entry entry = make_entry("p", 70);
        c.change(entry);
        CHECK(seen.insert(digests_of_entries({entry}).content.hex()).second);
        entry.value_type = "table";
        CHECK_FALSE(seen.insert(digests_of_entries({entry}).content.hex()).second);
    }
}

TEST_CASE("fields that flow into each other give different content digests") {
    Entry a = make_entry("p", 1);
    Entry b = a;
    a.digest = "ab";
    a.ref = "c";
    b.digest = "a";
    b.ref = "bc";
    CHECK(digests_of_entries({a}).content != digests_of_entries({b}).content);
}

TEST_CASE("a manifest of many entries has the digest that they have one after the other") {
    std::vector<Entry> entries;
    std::string text = "wandb-artifact-manifest-v1\n";
    for (unsigned i = 100000; i < 103000; ++i) {
        entries.push_back(make_entry("p" + std::to_string(i), i));
        text += entries.back().path.str() + ":" + entries.back().digest + "\n";
    }
    CHECK(digests_of_entries(entries).wandb == digests_of(text).md5.hex());
    CHECK(Manifest(entries).digest() == digests_of(text).md5.hex());
}

TEST_CASE("digests are computed in path order only") {
    ManifestDigester digester;
    digester.add(make_entry("b", 1));
    for (const char* path : {"a", "b"}) {
        CAPTURE(path);
        check_throws([&] { digester.add(make_entry(path, 1)); }, ErrorCode::InvalidArgument,
                     "entries are not in path order");
    }
}

TEST_CASE("extra that is no object is refused") {
    Entry entry = make_entry("a", 1);
    entry.extra = {1, 2};
    check_throws([&] { digests_of_entries({entry}); }, ErrorCode::InvalidArgument,
                 "entry 'a': expected an object for extra, got array");
}

} // namespace vitrine
